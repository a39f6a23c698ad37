import type { ClipSize } from '@msanet/core';
import { spectralResidual } from './spectral-residual.js';

/**
 * Marks the most salient pixels of each frame.
 *
 * @param clip shape (frames, 3, height, width)
 * @param share of the pixels of each frame that are marked; rounded, at least one pixel, and of equals the first
 * @returns 1 or 0 per value, shape (frames, 3, height, width)
 */
export function salientRegion(clip: Float32Array, size: ClipSize, share: number): Uint8Array {
  const area = size.height * size.width;
  const mask = new Uint8Array(clip.length);
  if (share >= 1) return mask.fill(1);
  const count = Math.max(1, Math.round(share * area));
  for (let first = 0; first < clip.length; first += 3 * area) {
    const saliency = spectralResidual(clip.subarray(first, first + 3 * area), size);
    const order = Uint32Array.from({ length: area }, (_, pixel) => pixel);
    order.sort((a, b) => saliency[b] - saliency[a] || a - b);
    for (const pixel of order.subarray(0, count)) {
      for (let channel = 0; channel < 3; channel++) mask[first + channel * area + pixel] = 1;
    }
  }
  return mask;
}
