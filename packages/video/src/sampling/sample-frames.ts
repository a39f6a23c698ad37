import { MsanetError } from '@msanet/tensor';

/**
 * One frame from the middle of each of `segments` equal parts, as TSM samples at test time (Lin et al., "TSM: Temporal
 * Shift Module for Efficient Video Understanding", ICCV 2019; official code, `TSNDataSet._get_test_indices`).
 *
 * With tick = frameCount / segments, frame i is ⌊tick / 2 + tick · i⌋. A video with fewer frames than segments repeats
 * frames; a single frame is taken `segments` times.
 *
 * @param frameCount frames of the whole video, at least 1
 * @returns `segments` 0-based indices, never falling
 * @throws MsanetError `OPTION_INVALID` when an argument is no whole number from 1
 */
export function sampleSegments(frameCount: number, segments: number): number[] {
  checkCounts({ frameCount, segments });
  const tick = frameCount / segments;
  return Array.from({ length: segments }, (_, index) => Math.floor(tick / 2 + tick * index));
}

/**
 * Several consecutive frames from each of `segments` equal parts, as TDN samples at test time (Wang et al., "TDN:
 * Temporal Difference Networks for Efficient Action Recognition", CVPR 2021; official code,
 * `TSNDataSet._get_test_indices`).
 *
 * With tick = (frameCount − framesPerSegment + 1) / segments, segment i starts at ⌊tick / 2 + tick · i⌋; all segments
 * start at frame 0 where frameCount < segments + framesPerSegment. Frames behind the last one are the last one.
 *
 * @param frameCount frames of the whole video, at least 1
 * @returns `segments` · `framesPerSegment` 0-based indices, segment after segment
 * @throws MsanetError `OPTION_INVALID` when an argument is no whole number from 1
 */
export function sampleSegmentsOfFrames(
  frameCount: number,
  segments: number,
  framesPerSegment = 5,
): number[] {
  checkCounts({ frameCount, segments, framesPerSegment });
  const long = frameCount >= segments + framesPerSegment;
  const tick = (frameCount - framesPerSegment + 1) / segments;
  return Array.from({ length: segments * framesPerSegment }, (_, position) => {
    const segment = Math.floor(position / framesPerSegment);
    const start = long ? Math.floor(tick / 2 + tick * segment) : 0;
    return Math.min(start + (position % framesPerSegment), frameCount - 1);
  });
}

/**
 * `frames` frames spread evenly from the first to the last, as PySlowFast's `temporal_sampling` takes them over a whole
 * video: frame i is ⌊i · (frameCount − 1) / (frames − 1)⌋. A single frame is the first one.
 *
 * @param frameCount frames of the whole video, at least 1; shorter videos repeat frames
 * @returns `frames` 0-based indices, never falling
 * @throws MsanetError `OPTION_INVALID` when an argument is no whole number from 1
 */
export function sampleUniform(frameCount: number, frames: number): number[] {
  checkCounts({ frameCount, frames });
  const steps = Math.max(frames - 1, 1);
  return Array.from({ length: frames }, (_, index) =>
    Math.floor((index * (frameCount - 1)) / steps),
  );
}

/** Frames that one dense view spans in the official TSM code. */
const denseSpan = 64;

/**
 * Dense views, as TSM samples Kinetics at test time (official code, `TSNDataSet._get_test_indices` with
 * `dense_sample`): `views` starts spread evenly over the video, and from each `segments` frames at a stride of
 * ⌊64 / segments⌋, wrapping round at the end of a short video.
 *
 * @param frameCount frames of the whole video, at least 1
 * @param segments frames per view, from 1 to 64
 * @returns `views` · `segments` 0-based indices, view after view
 * @throws MsanetError `OPTION_INVALID` when an argument is no whole number from 1, or `segments` is above 64
 */
export function sampleDense(frameCount: number, segments: number, views = 10): number[] {
  checkCounts({ frameCount, segments, views });
  if (segments > denseSpan) throw wrongCount('segments', `at most ${denseSpan}`, segments);
  const lastStart = Math.max(0, frameCount - denseSpan);
  const stride = Math.floor(denseSpan / segments);
  return sampleUniform(lastStart + 1, views).flatMap((start) =>
    Array.from({ length: segments }, (_, index) => (start + index * stride) % frameCount),
  );
}

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw wrongCount(name, 'a whole number from 1', count);
    }
  }
}

function wrongCount(name: string, expected: string, got: number): MsanetError {
  return new MsanetError({
    code: 'OPTION_INVALID',
    where: `frame sampling, ${name}`,
    expected,
    got: String(got),
    remedy: 'change the sampling or pass a video with frames',
  });
}
