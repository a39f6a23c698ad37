import {
  clipAt,
  clipBatch,
  clipLength,
  selectClips,
  type ClipBatch,
  type ClipBatchShape,
} from '@msanet/core';

/** The first clips of a batch, as a view. */
export function firstClips(clips: ClipBatch, count: number): ClipBatch {
  const [, ...rest] = clips.shape;
  const shape: ClipBatchShape = [count, ...rest];
  return clipBatch(clips.data.subarray(0, count * clipLength(clips)), shape);
}

/**
 * The clips that an attack still works on, in one buffer for the whole attack: clips that are done make room, and the
 * rest move up.
 */
export class WorkingBatch {
  readonly #buffer: ClipBatch;
  #of: readonly number[];

  /**
   * Starts from copies of clean clips.
   *
   * @param clips all clips of the attack, shape (batch, frames, 3, height, width)
   * @param of which of them to work on
   */
  constructor(clips: ClipBatch, of: readonly number[]) {
    this.#buffer = selectClips(clips, of);
    this.#of = of;
  }

  /** Which clip each row is a version of. */
  get of(): readonly number[] {
    return this.#of;
  }

  /** The rows as a batch: a view, valid until rows are dropped. */
  get clips(): ClipBatch {
    return firstClips(this.#buffer, this.#of.length);
  }

  /** The values of one row, as a view. */
  row(row: number): Float32Array {
    return clipAt(this.#buffer, row);
  }

  /** Drops the rows of clips that are done; the others keep their order. */
  drop(done: ReadonlySet<number>): void {
    if (done.size === 0) return;
    let kept = 0;
    this.#of.forEach((clip, row) => {
      if (done.has(clip)) return;
      if (kept !== row) this.row(kept).set(this.row(row));
      kept += 1;
    });
    this.#of = this.#of.filter((clip) => !done.has(clip));
  }
}
