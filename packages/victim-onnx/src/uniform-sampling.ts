import type { FrameSampling } from '@msanet/core';

/**
 * Frames spread evenly from the first to the last: frame i is ⌊i · (count − 1) / (frames − 1)⌋, as PySlowFast's
 * `temporal_sampling` takes them over a whole video. A single frame is the first one.
 */
export function uniformSampling(frames: number): FrameSampling {
  const steps = Math.max(frames - 1, 1);
  return {
    description: `${frames} frames, evenly spread from first to last`,
    indices: (frameCount) =>
      Array.from({ length: frames }, (_, index) => Math.floor((index * (frameCount - 1)) / steps)),
  };
}
