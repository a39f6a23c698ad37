import type { Tensor } from '@msanet/tensor';

/** Class scores before softmax: float32, shape (batch, classes). */
export type Logits = Tensor<'float32'>;

/** The logits of one clip, as a view: shape (classes). */
export function logitsOf(logits: Logits, row: number): Float32Array {
  const classes = logits.shape[1];
  return logits.data.subarray(row * classes, (row + 1) * classes);
}

/** Index of the largest score; the first of equals. */
export function argmax(scores: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < scores.length; index++) {
    if (scores[index] > scores[best]) best = index;
  }
  return best;
}

/** Class probabilities of one clip's logits, computed in float64. */
export function softmax(scores: ArrayLike<number>): Float64Array {
  const highest = scores[argmax(scores)];
  const exponentials = Float64Array.from(scores, (score) => Math.exp(score - highest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** Indices of the `count` largest scores, largest first. */
export function topClasses(scores: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: scores.length }, (_, index) => index)
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, count);
}
