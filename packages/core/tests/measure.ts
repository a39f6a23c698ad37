import type { ClipSize, Norm } from '@msanet/core';

/**
 * The size of a perturbation of shape (frames, 3, height, width), by the definition of the norm: for `l0` and `frames`
 * the number of pixels and of frames that change.
 */
export function measure(
  delta: Float32Array,
  norm: Norm,
  { height, width }: Pick<ClipSize, 'height' | 'width'>,
): number {
  const magnitudes = Array.from(delta, Math.abs);
  const area = height * width;
  const changed = [...magnitudes.keys()].filter((index) => magnitudes[index] > 0);
  switch (norm) {
    case 'linf':
      return Math.max(0, ...magnitudes);
    case 'l2':
      return Math.sqrt(magnitudes.reduce((sum, value) => sum + value * value, 0));
    case 'l1':
      return magnitudes.reduce((sum, value) => sum + value, 0);
    case 'l0':
      return new Set(changed.map((index) => `${Math.floor(index / (3 * area))} ${index % area}`))
        .size;
    case 'frames':
      return new Set(changed.map((index) => Math.floor(index / (3 * area)))).size;
  }
}
