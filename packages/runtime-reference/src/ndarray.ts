import {
  allocate,
  bfloat16ToFloat32,
  float16ToFloat32,
  isDataType,
  sizeOf,
  tensor,
  type DataType,
  type Shape,
  type Tensor,
} from '@msanet/tensor';

/**
 * A value inside the reference runtime: every element, of whatever type, as a double.
 *
 * One representation keeps each operator to one loop. The price: 64-bit integers beyond 2^53 are rounded, which is
 * enough for shapes, indices and the open ends of slices.
 */
export interface NdArray {
  /** `float64` for every floating-point value, whatever the graph declares; else the integer type or `bool`. */
  readonly dtype: DataType;
  readonly shape: Shape;
  /** Row-major elements. Operators may share it between values and never write to an operand's. */
  readonly data: Float64Array;
}

/** Wraps elements as a value; `float64` unless another element type is given. */
export function ndarray(shape: Shape, data: Float64Array, dtype: DataType = 'float64'): NdArray {
  return { dtype, shape, data };
}

/** A value whose elements are all the same. */
export function filled(shape: Shape, value = 0, dtype: DataType = 'float64'): NdArray {
  const data = new Float64Array(sizeOf(shape));
  return { dtype, shape, data: value === 0 ? data : data.fill(value) };
}

/** A one-dimensional int64 value. */
export function int64Vector(values: readonly number[]): NdArray {
  return { dtype: 'int64', shape: [values.length], data: Float64Array.from(values) };
}

/** Whether an element type is a floating-point one. */
export function isFloating(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

/** The element type under which values of a declared type are kept: `float64` for every floating-point type. */
export function keptAs(dtype: DataType): DataType {
  return isFloating(dtype) ? 'float64' : dtype;
}

/** Widens a tensor. A float64 tensor's elements are shared, all others are copied. */
export function fromTensor(value: Tensor): NdArray {
  return { dtype: keptAs(value.dtype), shape: value.shape, data: widen(value) };
}

function widen(value: Tensor): Float64Array {
  if (isDataType(value, 'float64')) return value.data;
  if (isDataType(value, 'float16')) return Float64Array.from(float16ToFloat32(value.data));
  if (isDataType(value, 'bfloat16')) return Float64Array.from(bfloat16ToFloat32(value.data));
  const data = new Float64Array(value.data.length);
  for (let index = 0; index < data.length; index++) data[index] = Number(value.data[index]);
  return data;
}

/** A tensor of the value's element type; its elements are always a copy. */
export function toTensor({ dtype, shape, data }: NdArray): Tensor {
  if (dtype === 'float64') return tensor('float64', shape, data.slice());
  const result = allocate(dtype, data.length);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    const [low, high] = dtype === 'int64' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
    for (let index = 0; index < data.length; index++) {
      const integer = BigInt(data[index]);
      result[index] = integer < low ? low : integer > high ? high : integer;
    }
  } else {
    result.set(data);
  }
  return { dtype, shape, data: result };
}
