import type { AttackRecord, AttackStatus } from '../records/attack-record.js';
import type { ClipRecord } from '../records/clip-record.js';
import type { Failure } from '../records/failure.js';
import type { CleanLogits } from '../work/messages.js';
import type { ComparedClip, Experiment } from './experiment.js';
import type { Job } from './job-grid.js';
import { targetOf, targetRule, type TargetRule } from './target-class.js';

/** Why a job needs no work. */
export type SkipReason = Exclude<AttackStatus, 'attacked'>;

/** Most logits that are remembered, 8 bytes each: those of two victims with 400 classes for 5,000 clips. */
const rememberedLogits = 4_000_000;

/** Prediction of a clip that was not examined. */
const unknown = -1;

/**
 * What is known of the clean clips: the victims' first choices, four bytes each, and their logits as long as there is room. It
 * decides what is attacked, and at what target.
 */
export class CleanLedger {
  readonly #experiment: Experiment;
  readonly #classes: number;
  readonly #clips: readonly ComparedClip[];
  readonly #classMaps: readonly (readonly number[])[];
  readonly #predictions: Int32Array;
  readonly #failures = new Map<number, Failure>();
  readonly #logits = new Map<number, CleanLogits>();
  #room = rememberedLogits;
  readonly #target: TargetRule | undefined;

  /**
   * @param classMaps for each victim, where the classes of the data set are among its labels
   * @throws MsanetError `LABEL_UNKNOWN` for a target that is no class
   */
  constructor(
    experiment: Experiment,
    classes: readonly string[],
    clips: readonly ComparedClip[],
    classMaps: readonly (readonly number[])[],
  ) {
    this.#experiment = experiment;
    this.#classes = classes.length;
    this.#clips = clips;
    this.#classMaps = classMaps;
    this.#predictions = new Int32Array(clips.length * experiment.victims.length).fill(unknown);
    this.#target = experiment.target === null ? undefined : targetRule(experiment.target, classes);
  }

  /** Takes note of an examined clip. */
  note(record: ClipRecord, clip: number): void {
    if (record.failure !== null) this.#failures.set(clip, record.failure);
    this.#experiment.victims.forEach(({ name }, victim) => {
      const verdict = record.victims[name];
      if (verdict !== undefined)
        this.#predictions[this.#at(clip, victim)] = verdict.prediction.index;
    });
  }

  /** Remembers what the victims said of a clip, if there is room. */
  remember(clip: number, logits: CleanLogits | undefined): void {
    if (logits === undefined) return;
    const count = logits.reduce((sum, row) => sum + row.length, 0);
    if (count > this.#room) return;
    this.#room -= count;
    this.#logits.set(clip, logits);
  }

  /** What the victims said of a clip, where it is remembered: by the process that examined it, not after `--resume`. */
  logitsOf(clip: number): CleanLogits | undefined {
    return this.#logits.get(clip);
  }

  /** Whether a victim classifies a clean clip correctly. */
  isCorrect(clip: number, victim: number): boolean {
    const label = this.#classMaps[victim][this.#clips[clip].label];
    return this.#predictions[this.#at(clip, victim)] === label;
  }

  /** The target of a job: a class of the data set, `null` when untargeted, `undefined` where the clip is of that class. */
  target({ clip, seed }: Job): number | null | undefined {
    if (this.#target === undefined) return null;
    return targetOf(this.#target, this.#clips[clip], this.#experiment.seeds[seed], this.#classes);
  }

  /** Why a job needs no work; `undefined` when it does. */
  skipReason(job: Job): SkipReason | undefined {
    const { clip, victim } = job;
    if (this.#failures.has(clip)) return 'failed';
    if (this.target(job) === undefined) return 'is-target';
    const { select, victims } = this.#experiment;
    if (select === 'all') return this.#isAdversarial(job) ? 'clean-wrong' : undefined;
    if (!this.isCorrect(clip, victim)) return 'clean-wrong';
    const byAll =
      select === 'clean-correct' || victims.every((_, other) => this.isCorrect(clip, other));
    return byAll ? undefined : 'not-selected';
  }

  /** The record of a job that needs no work. */
  skipped(job: Job, status: SkipReason): AttackRecord {
    const { victims, attacks, seeds } = this.#experiment;
    const { id, label } = this.#clips[job.clip];
    return {
      victim: victims[job.victim].name,
      attack: attacks[job.attack].name,
      clip: id,
      seed: seeds[job.seed],
      status,
      label,
      target: this.target(job) ?? null,
      success: status === 'clean-wrong' && this.#isAdversarial(job),
      result: null,
      warnings: [],
      failure: this.#failures.get(job.clip) ?? null,
      times: null,
    };
  }

  /** Whether the clean clip meets the criterion of the job already. */
  #isAdversarial(job: Job): boolean {
    const target = this.target(job);
    if (typeof target !== 'number') return !this.isCorrect(job.clip, job.victim);
    const wanted = this.#classMaps[job.victim][target];
    return this.#predictions[this.#at(job.clip, job.victim)] === wanted;
  }

  #at(clip: number, victim: number): number {
    return clip * this.#experiment.victims.length + victim;
  }
}
