import type { AttackRecord } from '../records/attack-record.js';
import type { AttackTask } from '../work/messages.js';
import type { TaskQueue } from '../work/worker-pool.js';
import type { CleanLedger } from './clean-ledger.js';
import type { ComparedClip, Experiment } from './experiment.js';
import type { JobGrid } from './job-grid.js';

/** What the queue needs to know. */
export interface AttackQueueOptions {
  readonly experiment: Experiment;
  readonly clips: readonly ComparedClip[];
  readonly grid: JobGrid;
  readonly ledger: CleanLedger;
  /** Whether the job at that place of the canonical order has its record. */
  readonly isDone: (place: number) => boolean;
  /** Takes the record of a job that needs no work. */
  readonly onSkipped: (record: AttackRecord) => void;
}

/**
 * Hands out the jobs that have no record yet. A worker gets the jobs of one clip after the other, so that it reads the clip
 * once; when no clip is left that nobody works at, it helps another worker with its clip.
 */
export class AttackQueue implements TaskQueue<AttackTask> {
  readonly #options: AttackQueueOptions;
  /** For each clip, how many of its jobs have been looked at. */
  readonly #cursor: Uint32Array;
  #untouched = 0;
  #open = 0;

  constructor(options: AttackQueueOptions) {
    this.#options = options;
    this.#cursor = new Uint32Array(options.clips.length);
  }

  /** How many jobs there are to hand out. */
  get length(): number {
    const { grid, ledger, isDone } = this.#options;
    let count = 0;
    for (let place = 0; place < grid.jobs; place++) {
      if (!isDone(place) && ledger.skipReason(grid.at(place)) === undefined) count += 1;
    }
    return count;
  }

  next(latest: AttackTask | undefined): AttackTask | undefined {
    const own = latest === undefined ? undefined : this.#nextOf(latest.position);
    if (own !== undefined) return own;
    while (this.#untouched < this.#cursor.length) {
      const task = this.#nextOf(this.#untouched++);
      if (task !== undefined) return task;
    }
    while (this.#open < this.#cursor.length) {
      const task = this.#nextOf(this.#open);
      if (task !== undefined) return task;
      this.#open += 1;
    }
    return undefined;
  }

  /** The next job of a clip that needs work. Records of those before it that need none are settled on the way. */
  #nextOf(clip: number): AttackTask | undefined {
    const { experiment, clips, grid, ledger, isDone, onSkipped } = this.#options;
    while (this.#cursor[clip] < grid.perClip) {
      const place = clip * grid.perClip + this.#cursor[clip]++;
      if (isDone(place)) continue;
      const job = grid.at(place);
      const reason = ledger.skipReason(job);
      if (reason !== undefined) {
        onSkipped(ledger.skipped(job, reason));
        continue;
      }
      return {
        kind: 'attack',
        clip: clips[clip],
        position: clip,
        victim: job.victim,
        attack: job.attack,
        seed: experiment.seeds[job.seed],
        target: ledger.target(job) ?? null,
        cleanCorrect: experiment.victims.map((_, victim) => ledger.isCorrect(clip, victim)),
        cleanLogits: ledger.logitsOf(clip) ?? null,
      };
    }
    return undefined;
  }
}
