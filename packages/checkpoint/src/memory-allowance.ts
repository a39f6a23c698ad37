import { invalidCheckpoint } from './invalid-checkpoint.js';

const mebibyte = 2 ** 20;

/**
 * The memory that reading one file may take beyond the file's own bytes.
 *
 * Compressed data, expanded views and overlapping entries let a small file ask for any amount. Whoever is about to
 * allocate what a file asks for takes it from here first, so the answer to a lie is an error and not a full machine.
 */
export class MemoryAllowance {
  readonly #limit: number;
  #left: number;

  /** @param limit bytes that may be taken in all */
  constructor(limit: number) {
    this.#limit = limit;
    this.#left = limit;
  }

  /**
   * The default allowance for a file of that many bytes: 64 MiB and 64 times its size, at most 4 GiB.
   *
   * Weights hardly compress (real ones by about 1.1, artificial ones by 10), so an honest file stays far below it.
   */
  static forFile(bytes: number): MemoryAllowance {
    return new MemoryAllowance(Math.min(64 * mebibyte + 64 * bytes, 4096 * mebibyte));
  }

  /** Bytes that may still be taken. */
  get left(): number {
    return this.#left;
  }

  /**
   * Takes that many bytes.
   *
   * @throws MsanetError `CHECKPOINT_INVALID` when fewer are left.
   */
  take(bytes: number, where: string): void {
    if (bytes > this.#left) throw this.exceeded(where, `${bytes} bytes more`);
    this.#left -= bytes;
  }

  /** The error for a file that asks for more than the allowance. */
  exceeded(where: string, got: string): Error {
    return invalidCheckpoint(
      where,
      `at most ${this.#limit} bytes beyond the file's own`,
      got,
      'raise memoryLimit if you trust the file',
    );
  }
}
