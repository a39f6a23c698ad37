import { changedFrames, changedPixels, type ClipSize, type Norm } from '@msanet/core';
import { changeInLevels, magnitudesOf } from '@msanet/simd';

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
  const { largest, sum, squares } = changeInLevels(clip, clean, onGrid);
  return { linf: largest / 255, l2: Math.sqrt(squares) / 255, l1: sum / 255 };
}

/** ‖v‖₂. */
export function euclideanNorm(values: Float32Array): number {
  return Math.sqrt(magnitudesOf(values).squares);
}

/** ‖v‖₁. */
export function absoluteSum(values: Float32Array): number {
  return magnitudesOf(values).sum;
}

/** ‖v‖∞. */
export function largestMagnitude(values: Float32Array): number {
  return magnitudesOf(values).largest;
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
