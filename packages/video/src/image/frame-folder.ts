import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { MsanetError, type Tensor } from '@msanet/tensor';
import { checkInterruption } from '../input/interruption.js';
import { describe, notFound } from '../input/local-file.js';
import { checkIndices } from '../sampling/check-indices.js';
import { checkClipBytes } from '../transforms/clip-tensor.js';
import { compareNaturally } from './natural-order.js';
import { imageExtensions, readImage, type Picture } from './read-image.js';

/** Names of optical flow, which TSN's and MMAction2's tools write into the same folder as the frames. */
const opticalFlowName = /^flow_[xy]_/i;

/**
 * The frames of a folder: its image files in natural order (`2.png` before `10.png`). Hidden files, files with other
 * extensions and pictures of optical flow (`flow_x_00001.jpg`) are passed over.
 *
 * @returns paths, at least one
 * @throws MsanetError `FILE_NOT_FOUND` when the folder cannot be read, `VIDEO_INVALID` when it holds no image
 */
export async function listFrames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw notFound(folder, describe(cause), cause);
  });
  const extensions: readonly string[] = imageExtensions;
  const frames = names.filter(
    (name) =>
      !name.startsWith('.') &&
      extensions.includes(extname(name).toLowerCase()) &&
      !opticalFlowName.test(name),
  );
  if (frames.length === 0) {
    throw new MsanetError({
      code: 'VIDEO_INVALID',
      where: folder,
      expected: `a folder of frames (${imageExtensions.join(', ')})`,
      got: 'none of them',
      remedy: 'pass the folder that holds the images themselves',
    });
  }
  return frames.sort(compareNaturally).map((name) => join(folder, name));
}

/**
 * Reads some frames of a folder at their own size.
 *
 * @param frames paths as `listFrames` gives them
 * @param indices 0-based, in the order of the result; a frame may occur more than once
 * @returns 8-bit RGB, shape (frames, 3, height, width)
 * @throws MsanetError `VIDEO_INVALID` when an image cannot be decoded or they differ in size, `VIDEO_TOO_SHORT` or
 *   `OPTION_INVALID` when an index does not fit
 */
export async function readFrames(
  frames: readonly string[],
  indices: readonly number[],
  where: string,
  signal?: AbortSignal,
): Promise<Tensor<'uint8'>> {
  checkIndices(indices, frames.length, where);
  const first = await readImage(frames[indices[0]]);
  checkClipBytes(indices.length, first, where);
  const length = first.data.length;
  const data = new Uint8Array(indices.length * length);
  const placed = new Map<number, number>();
  for (const [position, index] of indices.entries()) {
    const earlier = placed.get(index);
    if (earlier !== undefined) {
      data.copyWithin(position * length, earlier * length, (earlier + 1) * length);
      continue;
    }
    checkInterruption(signal, where);
    const picture = position === 0 ? first : await readImage(frames[index]);
    expectSameSize(first, picture, frames[index]);
    data.set(picture.data, position * length);
    placed.set(index, position);
  }
  return { dtype: 'uint8', shape: [indices.length, 3, first.height, first.width], data };
}

function expectSameSize(first: Picture, picture: Picture, path: string): void {
  if (picture.height === first.height && picture.width === first.width) return;
  throw new MsanetError({
    code: 'VIDEO_INVALID',
    where: path,
    expected: `${first.width}×${first.height} pixels, like the other frames`,
    got: `${picture.width}×${picture.height}`,
    remedy: 'write all frames at one size',
  });
}
