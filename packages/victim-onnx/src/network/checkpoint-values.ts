import {
  MsanetError,
  bfloat16ToFloat32,
  float16ToFloat32,
  isDataType,
  type Tensor,
} from '@msanet/tensor';

/**
 * The values of a floating-point tensor as numbers; without a copy where the type allows.
 *
 * @param where the tensor, for the error
 * @throws MsanetError `DTYPE_MISMATCH` for any other element type
 */
export function floatingValues(tensor: Tensor, where: string): Float32Array | Float64Array {
  if (isDataType(tensor, 'float32') || isDataType(tensor, 'float64')) return tensor.data;
  if (isDataType(tensor, 'float16')) return float16ToFloat32(tensor.data);
  if (isDataType(tensor, 'bfloat16')) return bfloat16ToFloat32(tensor.data);
  throw new MsanetError({
    code: 'DTYPE_MISMATCH',
    where,
    expected: 'a floating-point tensor',
    got: tensor.dtype,
    remedy: 'save the weights as float32',
  });
}
