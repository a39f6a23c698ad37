import type { Random } from '@msanet/tensor';

/** How a network takes frames from a video. */
export interface ClipLayout {
  readonly segments: number;
  /** Consecutive frames of each segment: 1 for TSM, 5 for TDN. */
  readonly framesPerSegment: number;
}

/**
 * Frames for one training step: the video is cut into equal segments, and each gives consecutive frames from a random
 * start (Wang et al., "Temporal Segment Networks", ECCV 2016, section 3.1; TSM's and TDN's training code).
 *
 * A segment of n frames, less those that follow the first, is as long as the published code has it:
 * ⌊(frames − following) / segments⌋. Where that is 0, the starts are sorted random ones. Frames behind the last one are
 * the last one.
 *
 * @param frameCount frames of the video, at least 1
 * @returns segments · framesPerSegment 0-based indices, segment after segment
 */
export function randomFrames(
  frameCount: number,
  { segments, framesPerSegment }: ClipLayout,
  random: Random,
): number[] {
  const starts = Math.max(1, frameCount - framesPerSegment + 1);
  const length = Math.floor(starts / segments);
  const first =
    length > 0
      ? Array.from({ length: segments }, (_, segment) => segment * length + random.integer(length))
      : Array.from({ length: segments }, () => random.integer(starts)).toSorted((a, b) => a - b);
  // What is left over behind the last segment must be seen, too: the whole comb is moved by a random part of it.
  const rest = length > 0 ? starts - segments * length : 0;
  const offset = rest > 0 ? random.integer(rest + 1) : 0;
  return first.flatMap((start) =>
    Array.from({ length: framesPerSegment }, (_, frame) =>
      Math.min(start + offset + frame, frameCount - 1),
    ),
  );
}
