import type { Warning } from '../records/warning.js';

/** Two answers to the same clip that differ although the victim says that it is deterministic. */
export function checkDeterminism(
  first: Float32Array,
  again: Float32Array,
  victim: string,
): Warning | undefined {
  if (first.every((score, index) => score === again[index])) return undefined;
  return {
    check: 'not-deterministic',
    message: `${victim} answered the same clip differently twice (by up to ${largestDifference(first, again).toPrecision(2)}); success can then be luck.`,
  };
}

/** How much of the largest score rounding may move an answer, when other clips are in the batch. */
const tolerance = 1e-3;

/** An answer that depends on what else is in the batch, as with batch normalisation in training mode. */
export function checkBatch(
  alone: Float32Array,
  inBatch: Float32Array,
  victim: string,
): Warning | undefined {
  const scale = alone.reduce((top, score) => Math.max(top, Math.abs(score)), 1e-6);
  const difference = largestDifference(alone, inBatch);
  if (difference <= tolerance * scale) return undefined;
  return {
    check: 'batch-dependent',
    message: `${victim} answers a clip differently (by up to ${difference.toPrecision(2)}) when another one is in the batch.`,
  };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((top, score, index) => Math.max(top, Math.abs(score - b[index])), 0);
}
