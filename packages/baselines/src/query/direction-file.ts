import { readFile } from 'node:fs/promises';
import type { ClipSize } from '@msanet/core';
import { MsanetError, formatShape, readNpy, sameShape } from '@msanet/tensor';

/** A direction in which to change clips of one size. */
export interface Direction {
  readonly path: string;
  readonly shape: readonly number[];
  /** Finite values. */
  readonly values: Float32Array;
}

/**
 * Reads a direction from a `.npy` file of floating-point values, such as `msanet gradient` writes.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `NPY_INVALID`, or `OPTION_INVALID` for values that are not finite floating-point
 *   numbers
 */
export async function readDirection(path: string): Promise<Direction> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'a .npy file that can be read',
      got: cause instanceof Error && 'code' in cause ? String(cause.code) : 'none',
      remedy: 'check the path; msanet gradient writes such a file',
      cause,
    });
  });
  const { data, dtype, shape } = readNpy(file, path);
  const floating = data instanceof Float32Array || data instanceof Float64Array;
  const values = Float32Array.from(floating ? data : [NaN]);
  if (!values.every(Number.isFinite)) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: path,
      expected: 'finite float32 or float64 values',
      got: floating ? 'a value that is not finite' : dtype,
      remedy: 'save a direction in floating point',
    });
  }
  return { path, shape, values };
}

/**
 * The values of a direction for clips of a size.
 *
 * @throws MsanetError `OPTION_INVALID` when the shape is not (frames, 3, height, width)
 */
export function directionFor({ path, shape, values }: Direction, size: ClipSize): Float32Array {
  const { frames, height, width } = size;
  const expected = [frames, 3, height, width];
  if (sameShape(shape, expected)) return values;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: path,
    expected: `a direction of shape ${formatShape(expected)}`,
    got: formatShape(shape),
    remedy: 'take the gradient of a victim with the same input size',
  });
}
