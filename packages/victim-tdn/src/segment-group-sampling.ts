import type { FrameSampling } from '@msanet/core';
import { framesPerSegment } from './architecture/config.js';

/**
 * The sampling of TDN at test time (Wang et al., CVPR 2021, the authors' code): five consecutive frames from each of equal
 * segments. With N frames and S segments, tick = (N − 4) / S and segment i starts at frame ⌊tick / 2 + tick · i⌋. Of a video
 * with at most S + 4 frames, all segments start at the first. Where the video ends, its last frame is repeated.
 */
export function segmentGroupSampling(segments: number): FrameSampling {
  const reach = framesPerSegment - 1;
  return {
    description: `${segments} segments, ${framesPerSegment} consecutive frames of each`,
    indices(frameCount) {
      const tick = frameCount > segments + reach ? (frameCount - reach) / segments : 0;
      return Array.from({ length: segments }, (_, segment) => {
        const start = Math.floor(tick / 2 + tick * segment);
        return Array.from({ length: framesPerSegment }, (_, frame) =>
          Math.min(start + frame, frameCount - 1),
        );
      }).flat();
    },
  };
}
