import type { FrameSampling } from '@msanet/core';

/**
 * The sampling of segment networks at test time: the video is cut into equal segments, and the frame in the middle of
 * each is taken, ⌊tick / 2 + tick · i⌋ with tick = frames / segments (TSN, Wang et al., ECCV 2016; TSM's test code). A video
 * with fewer frames than segments gives some frames several times.
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
