import { readFile } from 'node:fs/promises';
import { MsanetError, formatShape, readNpy, type Tensor } from '@msanet/tensor';

/**
 * Reads a perturbation: float32 or float64 values on the scale of [0, 1], shape (frames, 3, height, width).
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it cannot be read, `NPY_INVALID` when it is damaged or no perturbation
 */
export async function readPerturbation(path: string): Promise<Tensor<'float32'>> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'a .npy file that can be read',
      got: cause instanceof Error && 'code' in cause ? String(cause.code) : 'none',
      remedy: 'check the path; msanet universal writes such a file',
      cause,
    });
  });
  const { data, dtype, shape } = readNpy(file, path);
  const refuse = (expected: string, got: string): never => {
    const remedy = 'save what is to be added to the clips, as floating-point numbers';
    throw new MsanetError({ code: 'NPY_INVALID', where: path, expected, got, remedy });
  };
  if (shape.length !== 4 || shape[1] !== 3) {
    return refuse('shape (frames, 3, height, width)', formatShape(shape));
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    return refuse('float32 or float64 values', dtype);
  }
  const values = Float32Array.from(data);
  if (!values.every(Number.isFinite)) {
    return refuse('finite values', 'a value that is not a finite number');
  }
  return { dtype: 'float32', shape, data: values };
}
