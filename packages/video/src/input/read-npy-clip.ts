import { readFile } from 'node:fs/promises';
import { checkClips, clipBatch, fromLevels, isOnGrid } from '@msanet/core';
import { MsanetError, formatShape, readNpy, sizeOf, zeros, type Tensor } from '@msanet/tensor';
import { describe, localFile, notFound } from './local-file.js';

/** Most bytes of a .npy clip. */
const maximumFileBytes = 2 ** 31 - 1;

/** A clip from a `.npy` file. */
export interface NpyClip {
  /** Shape (frames, 3, height, width), values in [0, 1]. */
  readonly clip: Tensor<'float32'>;
  /** Whether every value is a multiple of 1/255. */
  readonly exact8bit: boolean;
}

/**
 * Reads a `.npy` clip as it is: no sampling, no scaling, no cropping.
 *
 * The shape is (frames, 3, height, width) or (frames, height, width, 3); where both fit, the first counts. Elements are
 * uint8, or float32 in [0, 1].
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `NPY_INVALID`, `SHAPE_MISMATCH`, `DTYPE_MISMATCH`, or `CLIP_INVALID` when a value
 *   lies outside [0, 1]
 */
export async function readNpyClip(path: string): Promise<NpyClip> {
  const { size } = await localFile(path);
  if (size > maximumFileBytes) {
    throw new MsanetError({
      code: 'NPY_INVALID',
      where: path,
      expected: 'a file of less than 2 GiB',
      got: `${size} bytes`,
      remedy: 'store fewer or smaller frames',
    });
  }
  const file = await readFile(path).catch((cause: unknown) => {
    throw notFound(path, describe(cause), cause);
  });
  const array = readNpy(file, path);
  const clip = channelsFirst(toValues(array, path), path);
  checkClips(clipBatch(clip.data, [1, ...clip.shape]), undefined, path);
  return { clip, exact8bit: array.dtype === 'uint8' || isOnGrid(clip.data) };
}

function toValues(array: Tensor, path: string): Tensor<'float32'> {
  const { dtype, shape, data } = array;
  if (dtype === 'uint8' && data instanceof Uint8Array) {
    return { dtype: 'float32', shape, data: fromLevels(data) };
  }
  if (data instanceof Float32Array) return { dtype: 'float32', shape, data };
  throw new MsanetError({
    code: 'DTYPE_MISMATCH',
    where: path,
    expected: 'uint8, or float32 in [0, 1]',
    got: dtype,
    remedy: 'convert the array with astype before saving it',
  });
}

function channelsFirst(array: Tensor<'float32'>, path: string): Tensor<'float32'> {
  const { shape, data } = array;
  const isClip = shape.length === 4 && sizeOf(shape) > 0;
  if (isClip && shape[1] === 3) return array;
  if (!isClip || shape[3] !== 3) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where: path,
      expected: 'shape (frames, 3, height, width) or (frames, height, width, 3)',
      got: formatShape(shape),
      remedy: 'save one clip, with three colour channels',
    });
  }
  const [frames, height, width] = shape;
  const area = height * width;
  const planar = zeros('float32', [frames, 3, height, width]);
  for (let from = 0; from < data.length; from++) {
    const pixel = Math.floor(from / 3);
    const frame = Math.floor(pixel / area);
    planar.data[(frame * 3 + (from % 3)) * area + (pixel % area)] = data[from];
  }
  return planar;
}
