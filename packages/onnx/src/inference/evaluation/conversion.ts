import type { DataType, Tensor } from '@msanet/tensor';
import { bigintsOf, isFloating, realsOf, tensorOfBigints, tensorOfReals } from './elements.js';

/**
 * The tensor with another element type, as Cast converts it: floating-point values are truncated to integers, and
 * every value but 0 is true. `undefined` when a value is not finite and an integer is wanted, which ONNX leaves open.
 */
export function castTensor(value: Tensor, dtype: DataType): Tensor | undefined {
  if (value.dtype === dtype) return value;
  const { shape } = value;
  if (!isFloating(value.dtype)) {
    const integers = bigintsOf(value);
    return isFloating(dtype)
      ? tensorOfReals(dtype, shape, integers.map(Number))
      : tensorOfBigints(dtype, shape, integers);
  }
  const reals = realsOf(value);
  if (isFloating(dtype)) return tensorOfReals(dtype, shape, reals);
  if (dtype === 'bool') {
    return tensorOfBigints(
      dtype,
      shape,
      reals.map((real) => (real === 0 ? 0n : 1n)),
    );
  }
  if (!reals.every(Number.isFinite)) return undefined;
  return tensorOfBigints(
    dtype,
    shape,
    reals.map((real) => BigInt(Math.trunc(real))),
  );
}
