import { changedFrames, changedPixels, type ClipSize, type Norm } from '@msanet/core';

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
  if (norm === 'l0') return changedPixels(clip, clean, size);
  if (norm === 'frames') return changedFrames(clip, clean, size);
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
    const levels = Math.abs(clip[index] - clean[index]) * 255;
    const change = onGrid ? (levels + 0.5) | 0 : levels;
    if (change > highest) highest = change;
    sum += change;
    squares += change * change;
  }
  return { linf: highest / 255, l2: Math.sqrt(squares) / 255, l1: sum / 255 };
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
