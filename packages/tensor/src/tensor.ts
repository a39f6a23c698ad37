import { MsanetError } from './errors.js';
import { formatShape, sizeOf, type Shape } from './shape.js';

/** The typed array that holds the elements of each element type. */
export interface TypedArrays {
  float32: Float32Array;
  float64: Float64Array;
  /** IEEE 754 half precision, as raw bits. */
  float16: Uint16Array;
  /** bfloat16, as raw bits. */
  bfloat16: Uint16Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  /** One byte per element, 0 or 1. */
  bool: Uint8Array;
}

/** An element type, by its ONNX and NumPy name. */
export type DataType = keyof TypedArrays;

/** A dense row-major tensor: an element type, a shape and the typed array that holds the elements. */
export interface Tensor<D extends DataType = DataType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: TypedArrays[D];
}

const constructors: { readonly [D in DataType]: new (length: number) => TypedArrays[D] } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

const bytes: { readonly [D in DataType]: number } = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
};

/** Bytes per element. */
export function bytesPerElement(dtype: DataType): number {
  return bytes[dtype];
}

/** A zero-filled typed array of `length` elements. */
export function allocate<D extends DataType>(dtype: D, length: number): TypedArrays[D] {
  return new constructors[dtype](length);
}

/**
 * Wraps a typed array as a tensor, without a copy.
 *
 * @throws MsanetError `SHAPE_MISMATCH` when the array does not hold exactly the shape's elements,
 *   `DTYPE_MISMATCH` when it is not the element type's typed array.
 */
export function tensor<D extends DataType>(
  dtype: D,
  shape: Shape,
  data: TypedArrays[D],
): Tensor<D> {
  if (!(data instanceof constructors[dtype])) {
    throw new MsanetError({
      code: 'DTYPE_MISMATCH',
      where: `tensor ${formatShape(shape)}`,
      expected: `a ${constructors[dtype].name} for ${dtype}`,
      got: Object.prototype.toString.call(data).slice(8, -1),
      remedy: 'pass the typed array of the element type',
    });
  }
  if (data.length !== sizeOf(shape)) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where: `tensor ${formatShape(shape)}`,
      expected: `${sizeOf(shape)} elements`,
      got: String(data.length),
      remedy: 'pass an array that fits the shape',
    });
  }
  return { dtype, shape, data };
}

/** A zero-filled tensor. */
export function zeros<D extends DataType>(dtype: D, shape: Shape): Tensor<D> {
  return { dtype, shape, data: allocate(dtype, sizeOf(shape)) };
}

/** A float32 tensor from numbers; the default shape is a vector. */
export function float32(
  values: ArrayLike<number>,
  shape: Shape = [values.length],
): Tensor<'float32'> {
  return tensor('float32', shape, Float32Array.from(values));
}

/** A float64 tensor from numbers; the default shape is a vector. */
export function float64(
  values: ArrayLike<number>,
  shape: Shape = [values.length],
): Tensor<'float64'> {
  return tensor('float64', shape, Float64Array.from(values));
}

/**
 * An int64 tensor from integers; the default shape is a vector.
 *
 * @throws MsanetError `DTYPE_MISMATCH` when a value is no whole number
 */
export function int64(values: ArrayLike<number>, shape: Shape = [values.length]): Tensor<'int64'> {
  const data = BigInt64Array.from(values as ArrayLike<never>, (value: number) => {
    if (Number.isInteger(value)) return BigInt(value);
    throw new MsanetError({
      code: 'DTYPE_MISMATCH',
      where: `tensor ${formatShape(shape)}`,
      expected: 'whole numbers for int64',
      got: String(value),
      remedy: 'round the values, or make a float tensor',
    });
  });
  return tensor('int64', shape, data);
}

/** Whether a tensor has that element type; narrows its type. */
export function isDataType<D extends DataType>(value: Tensor, dtype: D): value is Tensor<D> {
  return value.dtype === dtype;
}

/**
 * The tensor, known to be of that element type.
 *
 * @throws MsanetError `DTYPE_MISMATCH` otherwise.
 */
export function expectDataType<D extends DataType>(
  value: Tensor,
  dtype: D,
  where: string,
): Tensor<D> {
  if (isDataType(value, dtype)) return value;
  throw new MsanetError({
    code: 'DTYPE_MISMATCH',
    where,
    expected: `a tensor of ${dtype}`,
    got: value.dtype,
    remedy: `convert it to ${dtype} first`,
  });
}
