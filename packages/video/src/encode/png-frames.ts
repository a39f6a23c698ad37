import { join } from 'node:path';
import type { Tensor } from '@msanet/tensor';
import sharp from 'sharp';
import { checkInterruption } from '../input/interruption.js';
import { clipAxes } from '../transforms/clip-tensor.js';
import { writeFileAtomically } from './atomic-output.js';

/**
 * Writes the frames of a clip as PNG images `img_00001.png`, `img_00002.png` … (the names that TSM's and TDN's frame
 * lists use). Pixels are stored exactly.
 *
 * @param folder made where it is missing; other files in it stay
 * @param clip 8-bit RGB, shape (frames, 3, height, width)
 * @returns the paths, in the order of the frames
 * @throws MsanetError `SHAPE_MISMATCH` when it is no clip, `OUTPUT_UNWRITABLE` when a file cannot be written, `ABORTED`
 *   when the signal fires
 */
export async function writePngFrames(
  folder: string,
  clip: Tensor<'uint8'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const { frames, height, width } = clipAxes(clip, 'PNG frames');
  const paths: string[] = [];
  for (let frame = 0; frame < frames; frame++) {
    checkInterruption(signal, folder);
    const pixels = interleave(clip.data, frame, height * width);
    const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const path = join(folder, `img_${String(frame + 1).padStart(5, '0')}.png`);
    await writeFileAtomically(path, png);
    paths.push(path);
  }
  return paths;
}

function interleave(clip: Uint8Array, frame: number, area: number): Uint8Array {
  const pixels = new Uint8Array(3 * area);
  const start = frame * 3 * area;
  for (let pixel = 0, to = 0; pixel < area; pixel++) {
    pixels[to++] = clip[start + pixel];
    pixels[to++] = clip[start + area + pixel];
    pixels[to++] = clip[start + 2 * area + pixel];
  }
  return pixels;
}
