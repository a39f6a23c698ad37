import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../state/state-file.js';

/** One line of the log: a step, or the end of an epoch. */
export type LogEntry =
  | {
      readonly kind: 'step';
      /** From 1. */
      readonly epoch: number;
      /** From 1, over the whole training. */
      readonly step: number;
      /** Mean over the batch. */
      readonly loss: number;
      /** Share of the batch whose class was right. */
      readonly accuracy: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      /** Since this process began. */
      readonly seconds: number;
    }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
      /** Share of the held-out videos whose class was right, where they were judged. */
      readonly heldOut?: number;
      readonly seconds: number;
    };

/** A log of JSON lines. */
export class TrainingLog {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Opens the log and keeps the lines of the epochs that are done; an interrupted epoch begins again. */
  static async open(path: string, epochsDone: number): Promise<TrainingLog> {
    const text = epochsDone === 0 ? '' : await readFile(path, 'utf8').catch(() => '');
    const kept = text
      .split('\n')
      .filter((line) => line !== '' && epochOf(line) <= epochsDone)
      .map((line) => `${line}\n`);
    await replaceFile(path, kept.join(''));
    return new TrainingLog(path);
  }

  /** Adds a line. */
  add(entry: LogEntry): void {
    appendFileSync(this.#path, `${JSON.stringify(entry)}\n`);
  }
}

/** The epoch of a line; a line that was cut off has none. */
function epochOf(line: string): number {
  try {
    return (JSON.parse(line) as LogEntry).epoch;
  } catch {
    return Infinity;
  }
}
