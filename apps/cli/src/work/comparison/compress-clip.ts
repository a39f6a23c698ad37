import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Tensor } from '@msanet/tensor';
import { decodeFrames, encodeH264 } from '@msanet/video';

/**
 * Encodes a clip as H.264 and decodes it again: what a viewer of the compressed video sees.
 *
 * @param clip 8-bit RGB, shape (frames, 3, height, width)
 * @param file where the video lies meanwhile
 * @throws MsanetError as `encodeH264` and `decodeFrames`
 */
export async function compressClip(
  clip: Tensor<'uint8'>,
  crf: number,
  frameRate: number,
  file: string,
): Promise<Tensor<'uint8'>> {
  const [frames, , height, width] = clip.shape;
  try {
    await mkdir(dirname(file), { recursive: true });
    await encodeH264(file, clip, { crf, frameRate });
    const decoded = await decodeFrames(
      file,
      Array.from({ length: frames }, (_, index) => index),
    );
    return topLeft(decoded.frames, height, width);
  } finally {
    await rm(file, { force: true });
  }
}

/** Takes away the column or row that 4:2:0 adds to an odd size. */
function topLeft(clip: Tensor<'uint8'>, height: number, width: number): Tensor<'uint8'> {
  const [frames, channels, rows, columns] = clip.shape;
  if (rows === height && columns === width) return clip;
  const data = new Uint8Array(frames * channels * height * width);
  for (let row = 0; row < frames * channels * height; row++) {
    const plane = Math.floor(row / height);
    const from = (plane * rows + (row % height)) * columns;
    data.set(clip.data.subarray(from, from + width), row * width);
  }
  return { dtype: 'uint8', shape: [frames, channels, height, width], data };
}
