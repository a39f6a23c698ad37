import type { ComparedClip, Experiment } from '../comparison/experiment.js';
import type { AttackRecord } from '../records/attack-record.js';
import type { ClipRecord } from '../records/clip-record.js';
import type { Failure } from '../records/failure.js';
import type { VictimDescription } from '../run-folder/manifest.js';

/** What a worker needs to know before its first task. */
export interface WorkerSetup {
  readonly experiment: Experiment;
  /** Classes of the data set. */
  readonly classes: readonly string[];
  /** Absolute path of the run folder. */
  readonly folder: string;
  /** Threads of the runtime; its default when absent. */
  readonly threads?: number;
}

/** What a worker tells when its victims are loaded. */
export interface WorkerReady {
  readonly victims: readonly VictimDescription[];
  /** For each victim, where the classes of the data set are among its labels. */
  readonly classMaps: readonly (readonly number[])[];
}

/** Look at a clip before any attack. */
export interface ExamineTask {
  readonly kind: 'examine';
  readonly clip: ComparedClip;
  /** Place of the clip in the comparison. */
  readonly position: number;
}

/** Attack a clip. */
export interface AttackTask {
  readonly kind: 'attack';
  readonly clip: ComparedClip;
  readonly position: number;
  /** Indices into the experiment. */
  readonly victim: number;
  readonly attack: number;
  readonly seed: number;
  /** Class of the data set that is wanted; `null` when untargeted. */
  readonly target: number | null;
  /** For each victim, whether it classifies the clean clip correctly. */
  readonly cleanCorrect: readonly boolean[];
  /** Each victim's logits of the clean clip, so that none is asked about it again; `null` where nobody remembers them. */
  readonly cleanLogits: CleanLogits | null;
}

/** What the victims of a comparison say of a clean clip: one row of logits per victim. */
export type CleanLogits = readonly (readonly number[])[];

/** What a worker can be asked. */
export type Task = ExamineTask | AttackTask;

/** What a task gives. */
export type TaskResult<T extends Task> = T extends ExamineTask ? ClipRecord : AttackRecord;

/** From the parent to a worker. */
export type ToWorker =
  | { readonly kind: 'setup'; readonly setup: WorkerSetup }
  | { readonly kind: 'task'; readonly task: Task };

/** From a worker to the parent. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly ready: WorkerReady }
  | {
      readonly kind: 'done';
      readonly record: ClipRecord | AttackRecord;
      /** Of a clip that was examined. */
      readonly cleanLogits?: CleanLogits;
    }
  /** A task, or the setup, failed. */
  | { readonly kind: 'failed'; readonly failure: Failure };
