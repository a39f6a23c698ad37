import { MsanetError, formatShape, sizeOf, type Tensor } from '@msanet/tensor';
import type { FrameSize } from './frame-size.js';

/** Most bytes that the 8-bit frames of one clip may take. */
export const maximumClipBytes = 2 ** 30;

/**
 * Checks that a clip of that size fits in memory, before any is taken.
 *
 * @param where the video, for the sentence
 * @throws MsanetError `OPTION_INVALID` otherwise
 */
export function checkClipBytes(frames: number, { height, width }: FrameSize, where: string): void {
  if (frames * 3 * height * width <= maximumClipBytes) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected: `a clip of at most ${maximumClipBytes / 2 ** 30} GiB`,
    got: `${frames} frames of ${width}×${height}`,
    remedy: 'take fewer frames or scale them down',
  });
}

/** Axes of one clip: (frames, 3, height, width). */
export interface ClipAxes extends FrameSize {
  readonly frames: number;
}

/**
 * The axes of a clip.
 *
 * @param where what to call the clip in the sentence
 * @throws MsanetError `SHAPE_MISMATCH` when it is not of shape (frames, 3, height, width) with at least one frame and pixel
 */
export function clipAxes({ shape, data }: Tensor, where: string): ClipAxes {
  const [frames, channels, height, width] = shape;
  if (shape.length === 4 && channels === 3 && sizeOf(shape) > 0 && sizeOf(shape) === data.length) {
    return { frames, height, width };
  }
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where,
    expected: 'a clip of shape (frames, 3, height, width)',
    got: formatShape(shape),
    remedy: 'put the colour channels on the second axis',
  });
}
