import { clipAt, clipSize, type ClipBatch } from '@msanet/core';
import type { SlopeSource } from '../slope.js';

/** The shape of a smoothing kernel: a normal density, a triangle, or all weights alike. */
export type KernelShape = 'gaussian' | 'linear' | 'uniform';

/**
 * Weights along one axis, of sum 1 (Dong et al., CVPR 2019, section 3.2.2). With a kernel of 2k + 1 weights, i from −k to k:
 *
 * - `gaussian`: exp(−i² / 2σ²) with k = 3σ
 * - `linear`: 1 − |i| / (k + 1)
 * - `uniform`: all equal
 *
 * @param length 2k + 1, an odd number; 1 smooths nothing
 */
export function kernelWeights(shape: KernelShape, length: number): Float64Array {
  const reach = (length - 1) / 2;
  const weight = (offset: number): number => {
    switch (shape) {
      case 'gaussian':
        return reach === 0 ? 1 : Math.exp(-((3 * offset) ** 2) / (2 * reach * reach));
      case 'linear':
        return 1 - Math.abs(offset) / (reach + 1);
      case 'uniform':
        return 1;
    }
  };
  const weights = Float64Array.from({ length }, (_, index) => weight(index - reach));
  const sum = weights.reduce((total, value) => total + value, 0);
  return weights.map((value) => value / sum);
}

/** The kernel along each axis; what lies outside the clip counts as 0. */
export interface GradientKernel {
  readonly frames: Float64Array;
  readonly height: Float64Array;
  readonly width: Float64Array;
}

/**
 * Smooths another slope: g ← W ∗ g for a kernel W that is a product of one along each axis, clip by clip and channel by
 * channel (Dong et al., CVPR 2019, eq. 7).
 *
 * @param clips the clips of the attack, for their size
 */
export function smoothedSlope(
  slope: SlopeSource,
  clips: ClipBatch,
  kernel: GradientKernel,
): SlopeSource {
  const { frames, height, width } = clipSize(clips);
  const scratch = new Float32Array(frames * 3 * height * width);
  return {
    queries: (step) => slope.queries(step),
    async at(rows, step) {
      const found = await slope.at(rows, step);
      rows.of.forEach((_, row) => {
        const gradient = clipAt(found.gradient, row);
        // Seen as (lines, length of the axis, values between neighbours along it).
        smooth(gradient, scratch, kernel.width, width, 1);
        smooth(gradient, scratch, kernel.height, height, width);
        smooth(gradient, scratch, kernel.frames, frames, 3 * height * width);
      });
      return found;
    },
  };
}

/** Convolves along one axis in place: `length` values that lie `stride` apart. */
function smooth(
  values: Float32Array,
  scratch: Float32Array,
  weights: Float64Array,
  length: number,
  stride: number,
): void {
  if (weights.length === 1) return;
  const reach = (weights.length - 1) / 2;
  const block = length * stride;
  scratch.set(values);
  values.fill(0);
  for (let start = 0; start < values.length; start += block) {
    for (let tap = -reach; tap <= reach; tap++) {
      const weight = weights[tap + reach];
      const first = start + Math.max(0, -tap) * stride;
      const end = start + block - Math.max(0, tap) * stride;
      for (let index = first; index < end; index++) {
        values[index] += weight * scratch[index + tap * stride];
      }
    }
  }
}
