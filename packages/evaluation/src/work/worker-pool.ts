import { MsanetError } from '@msanet/core';
import { errorOf, type Failure } from '../records/failure.js';
import type {
  CleanLogits,
  FromWorker,
  Task,
  TaskResult,
  ToWorker,
  WorkerReady,
  WorkerSetup,
} from './messages.js';

/** A child process that works, as its parent sees it. */
export interface WorkerLink {
  send(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, when the process has ended, with the signal or exit code that ended it. */
  onExit(listener: (reason: string) => void): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts a child process. */
export type LaunchWorker = () => WorkerLink;

/** Hands out tasks. */
export interface TaskQueue<T extends Task> {
  /**
   * The next task.
   *
   * @param latest what the worker did last, so that tasks about one clip can stay together
   */
  next(latest: T | undefined): T | undefined;
}

/** How a task ended. */
export type TaskOutcome<T extends Task> =
  | {
      readonly kind: 'done';
      readonly task: T;
      readonly record: TaskResult<T>;
      readonly cleanLogits?: CleanLogits | undefined;
    }
  | { readonly kind: 'failed'; readonly task: T; readonly failure: Failure };

/** How many children may die one after the other, with nothing done in between, before the run is given up. */
const deathLimit = 10;

/** Failures that no other clip would escape: the place where results go. */
const fatal: ReadonlySet<string> = new Set(['OUTPUT_UNWRITABLE']);

/**
 * The child processes of a comparison. Each loads its own victims and attacks and does one task at a time.
 *
 * A task that fails, or whose process dies, is done once more in a fresh process or by the same one; when that fails too, the
 * failure is its result. A process that died is replaced when there is work for it.
 */
export class WorkerPool {
  readonly #launch: LaunchWorker;
  readonly #setup: WorkerSetup;
  readonly #workers: (Worker | undefined)[];
  /** Deaths since something was last done. */
  #deaths = 0;
  #closed = false;

  /** @param size how many processes work at a time, at least 1 */
  constructor(launch: LaunchWorker, setup: WorkerSetup, size: number) {
    this.#launch = launch;
    this.#setup = setup;
    this.#workers = Array.from({ length: size }, () => undefined);
  }

  /**
   * Starts the first process.
   *
   * @returns what it says of the victims that it loaded
   * @throws MsanetError what loading them throws; `WORKER_FAILED` when it dies
   */
  async start(): Promise<WorkerReady> {
    return (await this.#worker(0)).ready;
  }

  /**
   * Does every task of a queue.
   *
   * @param onOutcome told of each when it ended, in the order of ending; what it throws ends the run
   * @throws MsanetError what the whole run cannot survive: a place for results that cannot be written, processes that die
   *   one after the other, a setup that fails; and what `onOutcome` throws
   */
  async run<T extends Task>(
    queue: TaskQueue<T>,
    onOutcome: (outcome: TaskOutcome<T>) => void,
  ): Promise<void> {
    let stopped = false;
    const serve = async (slot: number): Promise<void> => {
      let latest: T | undefined;
      while (!stopped && !this.#closed) {
        const task = queue.next(latest);
        if (task === undefined) return;
        latest = task;
        let outcome = await this.#attempt(slot, task);
        if (outcome.kind === 'failed' && !this.#closed) outcome = await this.#attempt(slot, task);
        if (this.#closed || stopped) return;
        onOutcome(outcome);
      }
    };
    try {
      await Promise.all(this.#workers.map((_, slot) => serve(slot)));
    } catch (error) {
      stopped = true;
      this.close();
      throw error;
    }
  }

  /** Ends all processes at once. What they were doing is lost. */
  close(): void {
    this.#closed = true;
    this.#workers.forEach((worker, slot) => {
      worker?.link.kill();
      this.#workers[slot] = undefined;
    });
  }

  async #attempt<T extends Task>(slot: number, task: T): Promise<TaskOutcome<T>> {
    const worker = await this.#worker(slot);
    const answer = await worker.ask({ kind: 'task', task });
    if (answer.kind === 'done') {
      this.#deaths = 0;
      const { record, cleanLogits } = answer;
      return { kind: 'done', task, record: record as TaskResult<T>, cleanLogits };
    }
    if (answer.kind === 'died') {
      this.#workers[slot] = undefined;
      const failure = death(answer.reason, `clip ${task.clip.id}`);
      this.#deaths += 1;
      if (this.#deaths >= deathLimit && !this.#closed) throw givenUp(answer.reason);
      return { kind: 'failed', task, failure };
    }
    if (answer.kind === 'ready') throw new Error('a worker answered a task with ready');
    if (fatal.has(answer.failure.code)) throw errorOf(answer.failure);
    return { kind: 'failed', task, failure: answer.failure };
  }

  /** The process of a slot, started and set up where there is none. One that dies while it loads gets a second chance. */
  async #worker(slot: number): Promise<Worker> {
    const there = this.#workers[slot];
    if (there !== undefined && !there.dead) return there;
    for (let attempt = 1; ; attempt++) {
      const worker = new Worker(this.#launch());
      this.#workers[slot] = worker;
      if (this.#closed) worker.link.kill();
      const answer = await worker.ask({ kind: 'setup', setup: this.#setup });
      if (answer.kind === 'ready') {
        worker.ready = answer.ready;
        return worker;
      }
      this.#workers[slot] = undefined;
      worker.link.kill();
      if (answer.kind === 'failed') throw errorOf(answer.failure);
      if (answer.kind === 'died' && (attempt === 2 || this.#closed)) {
        throw errorOf(death(answer.reason, 'a working process that loads the victims'));
      }
    }
  }
}

/** A process with the question that it is at. */
class Worker {
  readonly link: WorkerLink;
  ready: WorkerReady = { victims: [], classMaps: [] };
  dead = false;
  #answer: ((answer: Answer) => void) | undefined;
  #reason = '';

  constructor(link: WorkerLink) {
    this.link = link;
    link.onMessage((message) => this.#settle(message));
    link.onExit((reason) => {
      this.dead = true;
      this.#reason = reason;
      this.#settle({ kind: 'died', reason });
    });
  }

  ask(question: ToWorker): Promise<Answer> {
    if (this.dead) return Promise.resolve({ kind: 'died', reason: this.#reason });
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.link.send(question);
    });
  }

  #settle(answer: Answer): void {
    const settle = this.#answer;
    this.#answer = undefined;
    settle?.(answer);
  }
}

type Answer = FromWorker | { readonly kind: 'died'; readonly reason: string };

function death(reason: string, where: string): Failure {
  return {
    code: 'WORKER_FAILED',
    where,
    expected: 'the working process to finish',
    got: reason,
    remedy:
      reason === 'SIGKILL'
        ? 'the machine may have run out of memory; use fewer workers'
        : 'run msanet doctor to check this machine',
  };
}

function givenUp(reason: string): MsanetError {
  return new MsanetError({
    code: 'WORKER_FAILED',
    where: 'the working processes',
    expected: 'them to finish something',
    got: `${deathLimit} that died one after the other (${reason})`,
    remedy: 'use fewer workers or free some memory, then go on with --resume',
  });
}
