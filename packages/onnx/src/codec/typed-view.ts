import { bytesPerElement, type DataType, type TypedArrays } from '@msanet/tensor';

type ArrayOn<D extends DataType> = new (
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
) => TypedArrays[D];

const arrays: { readonly [D in DataType]: ArrayOn<D> } = {
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

/**
 * Little-endian bytes as elements: in place where they are aligned, else as a copy. The bytes must be a whole number
 * of elements.
 */
export function typedView<D extends DataType>(bytes: Uint8Array, dtype: D): TypedArrays[D] {
  const width = bytesPerElement(dtype);
  // Not `slice`, which gives another view when the bytes are a Buffer.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return new arrays[dtype](aligned.buffer, aligned.byteOffset, bytes.length / width);
}
