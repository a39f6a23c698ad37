import { clipLength, type ClipBatch } from '@msanet/core';

/** Some rows of a batch, as many as a session takes. */
export interface Chunk {
  /** The first row. */
  readonly start: number;
  /** Rows of the batch; the rest of the session's rows repeat the last of them. */
  readonly count: number;
}

/** Cuts a batch into chunks of at most `size` rows. */
export function chunksOf(batch: number, size: number): Chunk[] {
  return Array.from({ length: Math.ceil(batch / size) }, (_, index) => ({
    start: index * size,
    count: Math.min(size, batch - index * size),
  }));
}

/** The clips of a chunk as `size` rows: a view where the chunk is full, a copy filled up with its last clip where not. */
export function chunkClips(clips: ClipBatch, { start, count }: Chunk, size: number): Float32Array {
  const length = clipLength(clips);
  const rows = clips.data.subarray(start * length, (start + count) * length);
  if (count === size) return rows;
  const filled = new Float32Array(size * length);
  filled.set(rows);
  const last = rows.subarray((count - 1) * length);
  for (let row = count; row < size; row++) filled.set(last, row * length);
  return filled;
}

/** The class indices of a chunk as `size` rows, likewise. */
export function chunkClasses(
  indices: readonly number[],
  { start, count }: Chunk,
  size: number,
): BigInt64Array {
  return BigInt64Array.from({ length: size }, (_, row) =>
    BigInt(indices[start + Math.min(row, count - 1)]),
  );
}

/**
 * Gathers the rows of chunks in one array.
 *
 * A batch that is one full chunk is handed over as the runtime returned it, without a copy.
 */
export class RowGatherer {
  readonly #batch: number;
  readonly #length: number;
  #data: Float32Array | undefined;

  /** @param length values per row */
  constructor(batch: number, length: number) {
    this.#batch = batch;
    this.#length = length;
  }

  /** Takes the rows that belong to the batch; values in float64 are rounded. */
  add(values: Float32Array | Float64Array, { start, count }: Chunk): void {
    const wanted = count * this.#length;
    if (values instanceof Float32Array && count === this.#batch && values.length === wanted) {
      this.#data = values;
      return;
    }
    this.#data ??= new Float32Array(this.#batch * this.#length);
    this.#data.set(values.subarray(0, wanted), start * this.#length);
  }

  /** All rows. */
  get data(): Float32Array {
    return this.#data ?? new Float32Array(this.#batch * this.#length);
  }
}
