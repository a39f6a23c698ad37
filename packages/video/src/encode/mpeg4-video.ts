import { MsanetError, type Tensor } from '@msanet/tensor';
import type { WriteOptions } from './lossless-video.js';
import { encodeYuv420 } from './yuv420-video.js';

/** How a clip is compressed. */
export interface Mpeg4Options extends WriteOptions {
  /** The fixed quantiser, from 1 (best) to 31; 3 is the default. */
  readonly quantizer?: number;
}

/**
 * Writes a clip as MPEG-4 Part 2 in AVI, the form in which UCF-101 is published: 4:2:0, BT.601, limited range.
 *
 * An odd width or height grows by one repeated column or row, because 4:2:0 has none. The same clip gives the same file.
 *
 * @param clip 8-bit RGB, shape (frames, 3, height, width)
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OUTPUT_UNWRITABLE` when the file cannot be written,
 *   `OPTION_INVALID` for an impossible rate or quantiser, `ABORTED` when the signal fires
 */
export async function encodeMpeg4(
  path: string,
  clip: Tensor<'uint8'>,
  { quantizer = 3, frameRate = 25, signal }: Mpeg4Options = {},
): Promise<void> {
  if (!(Number.isInteger(quantizer) && quantizer >= 1 && quantizer <= 31)) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'MPEG-4 quantiser',
      expected: 'a whole number from 1 to 31',
      got: String(quantizer),
      remedy: 'take 2 for a very good and 8 for a small video',
    });
  }
  await encodeYuv420(path, clip, {
    what: 'MPEG-4 video',
    codec: 'mpeg4',
    container: 'avi',
    frameRate,
    // Equal bounds leave rate control nothing to choose: every macroblock has the same quantiser.
    options: { qmin: String(quantizer), qmax: String(quantizer) },
    signal,
  });
}
