import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** What is compared: a command that follows the protocol of `README.md`. */
export interface ContenderOptions {
  /** Short name, also of the file that its result is written to. */
  readonly id: string;
  /** What it does, for the table. */
  readonly description: string;
  readonly command: readonly string[];
}

/**
 * A child process that has loaded its model and answers `run` with the seconds that one run took. It idles in between,
 * so that several can take turns.
 */
export class Contender {
  readonly id: string;
  readonly description: string;
  readonly seconds: number[] = [];
  /** Processor time of each run, over all threads; NaN where the system does not tell. Other work disturbs it least. */
  readonly processorSeconds: number[] = [];
  /** Largest resident memory so far, in bytes; undefined where the system does not tell. */
  peakMemory: number | undefined;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor({ id, description, command }: ContenderOptions) {
    this.id = id;
    this.description = description;
    const [program, ...argv] = command;
    this.#child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#child.stdout) throw new Error(`${id}: no output to read`);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a contender and waits until it is warm. */
  static async start(options: ContenderOptions): Promise<Contender> {
    const contender = new Contender(options);
    await contender.#answer('ready');
    return contender;
  }

  /** Runs once and keeps the time. */
  async run(): Promise<void> {
    const before = await processorSecondsOf(this.#child.pid);
    this.#child.stdin?.write('run\n');
    this.seconds.push(Number(await this.#answer('seconds')));
    this.processorSeconds.push((await processorSecondsOf(this.#child.pid)) - before);
    this.peakMemory = await peakMemoryOf(this.#child.pid);
  }

  /** Ends the process. */
  stop(): void {
    this.#child.stdin?.end();
  }

  /** The rest of the next line, which must start with `word`. */
  async #answer(word: string): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done || !value.startsWith(word)) {
      throw new Error(`${this.id}: expected '${word} …', got ${done ? 'the end' : `'${value}'`}`);
    }
    return value.slice(word.length).trim();
  }
}

/** How long the threads of a process have run so far, in seconds (Linux); NaN where the system does not tell. */
async function processorSecondsOf(pid: number | undefined): Promise<number> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const times = threads.map(async (thread) => {
      const statistics = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      return Number(statistics.split(' ')[0]);
    });
    return (await Promise.all(times)).reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
  } catch {
    return NaN;
  }
}

/** The `VmHWM` of a process, in bytes (Linux). */
async function peakMemoryOf(pid: number | undefined): Promise<number | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}
