import { clipAt, clipSize, emptyClips, type ClipBatch } from '@msanet/core';
import type { SlopeSource } from '../slope.js';

/** How gradients are accumulated. */
export interface MomentumOptions {
  /** μ, the share of the velocity that is kept from step to step, at least 0. */
  readonly decay: number;
  /** What gradients are divided by the mean magnitude of: a whole clip, or each of its frames. */
  readonly normalization: 'clip' | 'frame';
}

/** Velocities of clips, all at rest: shape (batch, frames, 3, height, width). */
export function velocitiesOf(clips: ClipBatch): ClipBatch {
  return emptyClips(clips.shape[0], clipSize(clips));
}

/**
 * Accumulates another slope: v ← μ · v + g / mean |g|, and steps along v (Dong et al., CVPR 2018, eq. 6; the mean in place
 * of their sum changes no step, only the unit of v).
 *
 * The mean is taken over one clip or over each of its frames, never over the batch. Where it is 0, nothing is added. The
 * first step starts from rest.
 *
 * @param velocities v of every clip, as `velocitiesOf` makes them; kept up to date, for slopes that look ahead along it
 */
export function withMomentum(
  slope: SlopeSource,
  velocities: ClipBatch,
  { decay, normalization }: MomentumOptions,
): SlopeSource {
  const { frames, height, width } = clipSize(velocities);
  const length = normalization === 'frame' ? 3 * height * width : frames * 3 * height * width;
  return {
    queries: (step) => slope.queries(step),
    async at(rows, step) {
      if (step.step === 1) velocities.data.fill(0);
      const found = await slope.at(rows, step);
      rows.of.forEach((clip, row) => {
        const velocity = clipAt(velocities, clip);
        const gradient = clipAt(found.gradient, row);
        for (let start = 0; start < gradient.length; start += length) {
          accumulate(velocity, gradient, decay, start, start + length);
        }
      });
      return found;
    },
  };
}

/** Accumulates one normalised part, from `start` to `end`, and writes the velocity over the gradient. */
function accumulate(
  velocity: Float32Array,
  gradient: Float32Array,
  decay: number,
  start: number,
  end: number,
): void {
  let sum = 0;
  for (let index = start; index < end; index++) sum += Math.abs(gradient[index]);
  const scale = sum === 0 ? 0 : (end - start) / sum;
  for (let index = start; index < end; index++) {
    velocity[index] = decay * velocity[index] + scale * gradient[index];
    gradient[index] = velocity[index];
  }
}
