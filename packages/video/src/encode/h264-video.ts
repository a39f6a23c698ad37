import { MsanetError, type Tensor } from '@msanet/tensor';
import type { WriteOptions } from './lossless-video.js';
import { encodeYuv420 } from './yuv420-video.js';

/** How a clip is compressed. */
export interface H264Options extends WriteOptions {
  /** x264's constant rate factor, from 0 (best) to 51; 23 is the default. */
  readonly crf?: number;
}

/**
 * Writes a clip as H.264 in MP4, as the web and phones store video: 4:2:0, BT.601, limited range.
 *
 * It is for viewing, and for asking whether a perturbation survives compression; it is not lossless at any setting. An odd
 * width or height grows by one repeated column or row, because 4:2:0 has none. The same clip gives the same file.
 *
 * @param clip 8-bit RGB, shape (frames, 3, height, width)
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OUTPUT_UNWRITABLE` when the file cannot be written,
 *   `OPTION_INVALID` for an impossible rate, `ABORTED` when the signal fires
 */
export async function encodeH264(
  path: string,
  clip: Tensor<'uint8'>,
  { crf = 23, frameRate = 25, signal }: H264Options = {},
): Promise<void> {
  if (!(crf >= 0 && crf <= 51)) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'H.264 rate factor',
      expected: 'a number from 0 to 51',
      got: String(crf),
      remedy: 'take 18 for a very good and 28 for a small video',
    });
  }
  await encodeYuv420(path, clip, {
    what: 'H.264 video',
    codec: 'libx264',
    container: 'mp4',
    frameRate,
    // x264's macroblock tree reads memory that nobody has set, so that the same clip gave now one file, now another.
    options: { crf: String(crf), preset: 'medium', 'x264-params': 'mbtree=0' },
    signal,
  });
}
