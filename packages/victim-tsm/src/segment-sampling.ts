import type { FrameSampling } from '@msanet/core';

/**
 * TSM's sampling at test time: the video is cut into equal segments, and the frame in the middle of each is taken,
 * ⌊tick / 2 + tick · i⌋ with tick = frames / segments (mit-han-lab/temporal-shift-module, `ops/dataset.py`). A video with
 * fewer frames than segments gives some frames several times.
 */
export function segmentSampling(segments: number): FrameSampling {
  return {
    description: `${segments} segments, middle frame of each`,
    indices(frameCount) {
      const tick = frameCount / segments;
      return Array.from({ length: segments }, (_, index) => Math.floor(tick / 2 + tick * index));
    },
  };
}
