import {
  allocate,
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToFloat16,
  sizeOf,
  type DataType,
  type Shape,
  type Tensor,
} from '@msanet/tensor';

const floatingTypes: ReadonlySet<DataType> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

/** Whether values of that element type can carry a gradient. */
export function isFloating(dtype: DataType): boolean {
  return floatingTypes.has(dtype);
}

/** A tensor of any element type from numbers, rounded as the type needs. */
export function tensorOf(dtype: DataType, values: ArrayLike<number>, shape: Shape): Tensor {
  const data = allocate(dtype, sizeOf(shape));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let index = 0; index < data.length; index++) data[index] = BigInt(values[index]);
  } else if (dtype === 'float16') {
    data.set(float32ToFloat16(Float32Array.from(values)));
  } else if (dtype === 'bfloat16') {
    const words = new Uint32Array(Float32Array.from(values).buffer);
    data.set(words.map((word) => word >>> 16));
  } else {
    data.set(values);
  }
  return { dtype, shape, data };
}

/** The elements of a tensor as numbers. */
export function numbersOf(tensor: Tensor): number[] {
  const { data, dtype } = tensor;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return Array.from(data, Number);
  }
  if (dtype === 'float16') return Array.from(float16ToFloat32(data as Uint16Array));
  if (dtype === 'bfloat16') return Array.from(bfloat16ToFloat32(data as Uint16Array));
  return Array.from(data);
}
