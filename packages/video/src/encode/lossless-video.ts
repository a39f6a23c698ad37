import { resolve } from 'node:path';
import type { Tensor } from '@msanet/tensor';
import { loadFfmpeg } from '../ffmpeg/library.js';
import { clipAxes } from '../transforms/clip-tensor.js';
import { writeAtomically } from './atomic-output.js';
import { encodePictures } from './video-encoder.js';

/** How a clip is written. */
export interface WriteOptions {
  /** Frames per second. The default is 25. */
  readonly frameRate?: number;
  readonly signal?: AbortSignal;
}

/**
 * Writes a clip as FFV1 in Matroska, in RGB: what is decoded again is bit-equal to the clip.
 *
 * FFV1 is the archival codec of RFC 9043. Any size works, odd ones too. The same clip gives the same file.
 *
 * @param clip 8-bit RGB, shape (frames, 3, height, width)
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OUTPUT_UNWRITABLE` when the file cannot be written,
 *   `OPTION_INVALID` for an impossible frame rate, `ABORTED` when the signal fires
 */
export async function writeLosslessVideo(
  path: string,
  clip: Tensor<'uint8'>,
  { frameRate = 25, signal }: WriteOptions = {},
): Promise<void> {
  const { frames, height, width } = clipAxes(clip, 'lossless video');
  const ffmpeg = await loadFfmpeg();
  const settings = {
    codec: 'ffv1',
    container: 'matroska',
    pixelFormat: ffmpeg.constants.AV_PIX_FMT_BGR0,
    width,
    height,
    frameRate,
    // Version 3 with a checksum per slice; every frame stands alone.
    options: { level: '3', slicecrc: '1', g: '1' },
  } as const;
  const picture = Buffer.alloc(4 * height * width);
  await writeAtomically(resolve(path), (temporary) =>
    encodePictures(
      ffmpeg,
      temporary,
      settings,
      frames,
      (frame, index) => {
        interleave(clip.data, index, picture);
        return frame.fromBuffer(picture);
      },
      signal,
    ),
  );
}

/** Writes one frame as blue, green, red and an unused byte per pixel. */
function interleave(clip: Uint8Array, frame: number, out: Uint8Array): void {
  const area = out.length / 4;
  const start = frame * 3 * area;
  for (let pixel = 0, to = 0; pixel < area; pixel++, to += 4) {
    out[to] = clip[start + 2 * area + pixel];
    out[to + 1] = clip[start + area + pixel];
    out[to + 2] = clip[start + pixel];
  }
}
