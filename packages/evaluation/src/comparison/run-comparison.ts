import type { AttackRecord } from '../records/attack-record.js';
import type { ClipRecord } from '../records/clip-record.js';
import type { Failure } from '../records/failure.js';
import { RecordStore, sortRecords } from '../run-folder/record-store.js';
import type { LineStorage } from '../run-folder/line-file.js';
import type { RunFolder } from '../run-folder/run-folder.js';
import type { AttackTask, ExamineTask, WorkerReady } from '../work/messages.js';
import type { WorkerPool } from '../work/worker-pool.js';
import { AttackQueue } from './attack-queue.js';
import { CleanLedger } from './clean-ledger.js';
import type { ComparedClip, Experiment } from './experiment.js';
import { JobGrid } from './job-grid.js';

/** How far a comparison is. */
export interface ComparisonProgress {
  readonly phase: 'examine' | 'attack';
  /** Tasks of the phase that this process has done. */
  readonly done: number;
  /** Tasks of the phase that this process has to do. */
  readonly total: number;
  /** Failures among them. */
  readonly failed: number;
}

/** What a comparison consists of. */
export interface ComparisonRun {
  readonly experiment: Experiment;
  /** Classes of the data set. */
  readonly classes: readonly string[];
  readonly clips: readonly ComparedClip[];
  /** The run folder, begun. */
  readonly folder: RunFolder;
  /** The workers, started. */
  readonly pool: WorkerPool;
  readonly ready: WorkerReady;
  readonly onProgress?: (progress: ComparisonProgress) => void;
  /** What lies under the files of records; the disk when absent. */
  readonly storage?: (path: string) => LineStorage;
}

/**
 * Runs a comparison, or what is missing of it: first every clip is examined, then every victim × attack × clip × seed is
 * attacked. Each result is on the disk before the next task is handed out; at the end the records are sorted.
 *
 * A process that is killed at any moment loses what its workers were doing and nothing else.
 *
 * @returns whether all is done; `false` when the pool was closed before
 * @throws MsanetError `OUTPUT_UNWRITABLE`, `RUN_INVALID`, `LABEL_UNKNOWN`, `WORKER_FAILED`
 */
export async function runComparison(run: ComparisonRun): Promise<boolean> {
  const { experiment, classes, clips, folder, ready } = run;
  const ledger = new CleanLedger(experiment, classes, clips, ready.classMaps);
  const order = new RecordOrder(experiment, clips);
  const files = {
    clips: {
      path: folder.file('clips'),
      count: clips.length,
      placeOf: (record: ClipRecord) => order.clip(record.clip),
    },
    records: {
      path: folder.file('records'),
      count: order.grid.jobs,
      placeOf: (record: AttackRecord) => order.job(record),
    },
  };
  const examined = await examine(run, ledger, files.clips);
  const attacked = examined && (await attack(run, ledger, order.grid, files.records));
  if (!attacked) return false;
  sortRecords(files.clips);
  sortRecords(files.records);
  return true;
}

/** Counts the tasks of a phase and tells of each. */
class PhaseProgress {
  readonly #run: ComparisonRun;
  readonly #phase: ComparisonProgress['phase'];
  readonly #total: number;
  #done = 0;
  #failed = 0;

  constructor(run: ComparisonRun, phase: ComparisonProgress['phase'], total: number) {
    this.#run = run;
    this.#phase = phase;
    this.#total = total;
    this.#tell();
  }

  count(failed: boolean): void {
    this.#done += 1;
    if (failed) this.#failed += 1;
    this.#tell();
  }

  #tell(): void {
    this.#run.onProgress?.({
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      failed: this.#failed,
    });
  }
}

interface StoredFile<R> {
  readonly path: string;
  readonly count: number;
  readonly placeOf: (record: R) => number | undefined;
}

async function examine(
  run: ComparisonRun,
  ledger: CleanLedger,
  file: StoredFile<ClipRecord>,
): Promise<boolean> {
  const { classes, clips, pool, storage } = run;
  const store = RecordStore.open<ClipRecord>({
    ...file,
    onFound: (record, place) => ledger.note(record, place),
    ...(storage === undefined ? {} : { storage }),
  });
  try {
    const progress = new PhaseProgress(run, 'examine', clips.length - store.found);
    let position = 0;
    const next = (): ExamineTask | undefined => {
      while (position < clips.length && store.has(position)) position += 1;
      if (position >= clips.length) return undefined;
      const task = { kind: 'examine', clip: clips[position], position } as const;
      position += 1;
      return task;
    };
    await pool.run<ExamineTask>({ next }, (outcome) => {
      const { task } = outcome;
      const record =
        outcome.kind === 'done' ? outcome.record : unreadable(task.clip, classes, outcome.failure);
      store.append(record);
      ledger.note(record, task.position);
      if (outcome.kind === 'done') ledger.remember(task.position, outcome.cleanLogits);
      progress.count(record.status === 'failed');
    });
    return store.found === clips.length;
  } finally {
    store.close();
  }
}

async function attack(
  run: ComparisonRun,
  ledger: CleanLedger,
  grid: JobGrid,
  file: StoredFile<AttackRecord>,
): Promise<boolean> {
  const { experiment, clips, pool, storage } = run;
  const store = RecordStore.open<AttackRecord>({
    ...file,
    ...(storage === undefined ? {} : { storage }),
  });
  try {
    const queue = new AttackQueue({
      experiment,
      clips,
      grid,
      ledger,
      isDone: (place) => store.has(place),
      onSkipped: (record) => store.append(record),
    });
    const progress = new PhaseProgress(run, 'attack', queue.length);
    await pool.run<AttackTask>(queue, (outcome) => {
      const record =
        outcome.kind === 'done'
          ? outcome.record
          : failed(outcome.task, experiment, outcome.failure);
      store.append(record);
      progress.count(record.status === 'failed');
    });
    return store.found === grid.jobs;
  } finally {
    store.close();
  }
}

/** The record of a clip that could not be examined. */
function unreadable(
  { id, path, label }: ComparedClip,
  classes: readonly string[],
  failure: Failure,
): ClipRecord {
  return {
    clip: id,
    path,
    label,
    class: classes[label],
    status: 'failed',
    frameCount: null,
    frames: [],
    file: null,
    pixels: null,
    victims: {},
    warnings: [],
    failure,
    times: { seconds: 0 },
  };
}

/** The record of an attack that gave no result. */
function failed(task: AttackTask, experiment: Experiment, failure: Failure): AttackRecord {
  return {
    victim: experiment.victims[task.victim].name,
    attack: experiment.attacks[task.attack].name,
    clip: task.clip.id,
    seed: task.seed,
    status: 'failed',
    label: task.clip.label,
    target: task.target,
    success: false,
    result: null,
    warnings: [],
    failure,
    times: null,
  };
}

/** Finds the place of a record in the canonical order by its names. */
class RecordOrder {
  readonly grid: JobGrid;
  readonly #clips: ReadonlyMap<string, number>;
  readonly #victims: ReadonlyMap<string, number>;
  readonly #attacks: ReadonlyMap<string, number>;
  readonly #seeds: ReadonlyMap<number, number>;

  constructor({ victims, attacks, seeds }: Experiment, clips: readonly ComparedClip[]) {
    this.grid = new JobGrid({
      clips: clips.length,
      victims: victims.length,
      attacks: attacks.length,
      seeds: seeds.length,
    });
    this.#clips = places(clips.map(({ id }) => id));
    this.#victims = places(victims.map(({ name }) => name));
    this.#attacks = places(attacks.map(({ name }) => name));
    this.#seeds = places(seeds);
  }

  clip(id: string): number | undefined {
    return this.#clips.get(id);
  }

  job(record: AttackRecord): number | undefined {
    const clip = this.#clips.get(record.clip);
    const victim = this.#victims.get(record.victim);
    const attack = this.#attacks.get(record.attack);
    const seed = this.#seeds.get(record.seed);
    if (clip === undefined || victim === undefined || attack === undefined || seed === undefined) {
      return undefined;
    }
    return this.grid.indexOf({ clip, victim, attack, seed });
  }
}

function places<K>(keys: readonly K[]): Map<K, number> {
  return new Map(keys.map((key, place) => [key, place]));
}
