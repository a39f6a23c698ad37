import {
  allocate,
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToFloat16,
  isDataType,
  sizeOf,
  type DataType,
  type Shape,
  type Tensor,
} from '@msanet/tensor';

/** Elements of a typed array, whatever its type. */
export type Elements = { [index: number]: number | bigint; readonly length: number };

/** Whether the element type is a floating-point one. */
export function isFloating(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

/** The elements of a floating-point tensor as numbers. */
export function realsOf(value: Tensor): number[] {
  if (isDataType(value, 'float16')) return Array.from(float16ToFloat32(value.data));
  if (isDataType(value, 'bfloat16')) return Array.from(bfloat16ToFloat32(value.data));
  return Array.from(value.data as ArrayLike<number | bigint>, Number);
}

/** The elements of an integer or bool tensor, exactly. */
export function bigintsOf(value: Tensor): bigint[] {
  return Array.from(value.data as ArrayLike<number | bigint>, BigInt);
}

/** The elements of an integer tensor as numbers; those beyond 2^53 lose their last digits. */
export function integersOf(value: Tensor): number[] {
  return Array.from(value.data as ArrayLike<number | bigint>, Number);
}

/** A tensor of numbers, rounded to the element type; `undefined` for a type that cannot be written. */
export function tensorOfReals(
  dtype: DataType,
  shape: Shape,
  values: readonly number[],
): Tensor | undefined {
  if (dtype === 'bfloat16' || !isFloating(dtype)) return undefined;
  if (dtype === 'float16') {
    return { dtype, shape, data: float32ToFloat16(Float32Array.from(values)) };
  }
  const data = allocate(dtype, sizeOf(shape));
  const elements: Elements = data;
  values.forEach((value, index) => (elements[index] = value));
  return { dtype, shape, data };
}

/** A tensor of integers, wrapped to the element type's width; a bool is 1 for every value but 0. */
export function tensorOfBigints(dtype: DataType, shape: Shape, values: readonly bigint[]): Tensor {
  const data = allocate(dtype, sizeOf(shape));
  const elements: Elements = data;
  const wide = dtype === 'int64' || dtype === 'uint64';
  values.forEach((value, index) => {
    if (wide) elements[index] = value;
    else if (dtype === 'bool') elements[index] = value === 0n ? 0 : 1;
    else elements[index] = Number(BigInt.asIntN(32, value));
  });
  return { dtype, shape, data };
}
