import type { ClipSize, Norm } from '@msanet/core';

/**
 * The norm of a clip's perturbation, on values in [0, 1]: that of a budget of that norm.
 *
 * `l0` counts pixels that change in any channel, `frames` frames.
 *
 * @param clip shape (frames, 3, height, width)
 * @param clean same shape
 * @param onGrid whether both lie on the 8-bit grid; differences are then whole levels, without the rounding of float32
 */
export function perturbationSize(
  clip: Float32Array,
  clean: Float32Array,
  norm: Norm,
  size: ClipSize,
  onGrid: boolean,
): number {
  if (norm === 'l0' || norm === 'frames') return changedPlaces(clip, clean, norm, size);
  return perturbationNorms(clip, clean, onGrid)[norm];
}

/** The norms of a clip's perturbation, on values in [0, 1], in one pass. */
export function perturbationNorms(
  clip: Float32Array,
  clean: Float32Array,
  onGrid: boolean,
): { readonly [N in DualNorm]: number } {
  let highest = 0;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < clip.length; index++) {
    const levels = (clip[index] - clean[index]) * 255;
    const magnitude = levels < 0 ? -levels : levels;
    const change = onGrid ? (magnitude + 0.5) | 0 : magnitude;
    if (change > highest) highest = change;
    sum += change;
    squares += change * change;
  }
  return { linf: highest / 255, l2: Math.sqrt(squares) / 255, l1: sum / 255 };
}

function changedPlaces(
  clip: Float32Array,
  clean: Float32Array,
  norm: 'l0' | 'frames',
  { frames, height, width }: ClipSize,
): number {
  const area = height * width;
  const marks = new Uint8Array(norm === 'l0' ? frames * area : frames);
  for (let index = 0; index < clip.length; index++) {
    if (clip[index] === clean[index]) continue;
    const frame = Math.floor(index / (3 * area));
    marks[norm === 'l0' ? frame * area + (index % area) : frame] = 1;
  }
  return marks.reduce((total, mark) => total + mark, 0);
}

/** ‖v‖₂. */
export function euclideanNorm(values: Float32Array): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += values[index] * values[index];
  return Math.sqrt(squares);
}

/** ‖v‖₁. */
export function absoluteSum(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]);
  return sum;
}

/** ‖v‖∞. */
export function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const magnitude = Math.abs(values[index]);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/** The norms with a dual norm, in which a linear function has a distance to its zeros. */
export type DualNorm = 'linf' | 'l2' | 'l1';

/** ‖v‖_p. */
export function normOf(values: Float32Array, norm: DualNorm): number {
  switch (norm) {
    case 'linf':
      return largestMagnitude(values);
    case 'l2':
      return euclideanNorm(values);
    case 'l1':
      return absoluteSum(values);
  }
}

/** ‖v‖_q with 1/p + 1/q = 1: |f| / ‖∇f‖_q is the distance in p to the zeros of a linear function f. */
export function dualNormOf(values: Float32Array, norm: DualNorm): number {
  switch (norm) {
    case 'linf':
      return absoluteSum(values);
    case 'l2':
      return euclideanNorm(values);
    case 'l1':
      return largestMagnitude(values);
  }
}
