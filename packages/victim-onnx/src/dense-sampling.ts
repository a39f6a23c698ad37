import type { FrameSampling } from '@msanet/core';

/**
 * Frames `stride` apart from the middle of the video, the test clip of networks that were trained on short pieces of a
 * video: with span = (frames − 1) · stride + 1, the first is ⌊(count − span) / 2⌋. A video shorter than the span
 * is taken from its first frame, and its last frame is repeated.
 */
export function denseSampling(frames: number, stride = 1): FrameSampling {
  const span = (frames - 1) * stride + 1;
  return {
    description: `${frames} frames from the middle, ${stride} apart`,
    indices(frameCount) {
      const start = Math.max(0, Math.floor((frameCount - span) / 2));
      return Array.from({ length: frames }, (_, index) =>
        Math.min(start + index * stride, frameCount - 1),
      );
    },
  };
}
