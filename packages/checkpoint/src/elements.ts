import { allocate, bytesPerElement, type DataType, sizeOf, type TypedArrays } from '@msanet/tensor';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import type { MemoryAllowance } from './memory-allowance.js';

/** How a container keeps the bytes of its elements, and who answers for memory. */
export interface ElementSource {
  readonly littleEndian: boolean;
  readonly allowance: MemoryAllowance;
  /** The file and the entry or key. */
  readonly where: string;
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const views: {
  readonly [D in DataType]: (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => TypedArrays[D];
} = {
  float32: (buffer, offset, length) => new Float32Array(buffer, offset, length),
  float64: (buffer, offset, length) => new Float64Array(buffer, offset, length),
  float16: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  bfloat16: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  int8: (buffer, offset, length) => new Int8Array(buffer, offset, length),
  int16: (buffer, offset, length) => new Int16Array(buffer, offset, length),
  int32: (buffer, offset, length) => new Int32Array(buffer, offset, length),
  int64: (buffer, offset, length) => new BigInt64Array(buffer, offset, length),
  uint8: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  uint16: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  uint32: (buffer, offset, length) => new Uint32Array(buffer, offset, length),
  uint64: (buffer, offset, length) => new BigUint64Array(buffer, offset, length),
  bool: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
};

/**
 * The whole elements that lie in `bytes`.
 *
 * It is a view of the same memory where alignment and byte order permit, otherwise a copy.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` for a bool that is neither 0 nor 1, or when the copy exceeds the allowance.
 */
export function elementsIn<D extends DataType>(
  bytes: Uint8Array,
  dtype: D,
  source: ElementSource,
): TypedArrays[D] {
  const width = bytesPerElement(dtype);
  const length = Math.floor(bytes.length / width);
  const swapped = width > 1 && source.littleEndian !== hostIsLittleEndian;
  if (dtype === 'bool') expectBools(bytes, source.where);
  if (bytes.byteOffset % width === 0 && !swapped) {
    return views[dtype](bytes.buffer, bytes.byteOffset, length);
  }
  source.allowance.take(bytes.length, source.where);
  const elements = allocate(dtype, length);
  const copy = Buffer.from(elements.buffer);
  copy.set(bytes.subarray(0, copy.length));
  if (swapped) swapBytes(copy, width);
  return elements;
}

/**
 * The elements of a strided view in row-major order, as a copy. The view must lie within `elements`.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the copy exceeds the allowance.
 */
export function gatherElements<D extends DataType>(
  elements: TypedArrays[D],
  view: {
    readonly dtype: D;
    readonly offset: number;
    readonly shape: readonly number[];
    readonly strides: readonly number[];
  },
  allowance: MemoryAllowance,
  where: string,
): TypedArrays[D] {
  const { dtype, shape, strides } = view;
  const size = sizeOf(shape);
  allowance.take(size * bytesPerElement(dtype), where);
  const gathered = allocate(dtype, size);
  const from: IndexedElements = elements;
  const to: IndexedElements = gathered;
  const index = new Array<number>(shape.length).fill(0);
  let position = view.offset;
  for (let target = 0; target < size; target++) {
    to[target] = from[position];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] += 1;
      position += strides[axis];
      if (index[axis] < shape[axis]) break;
      position -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return gathered;
}

interface IndexedElements {
  [index: number]: number | bigint;
}

function swapBytes(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else bytes.swap64();
}

function expectBools(bytes: Uint8Array, where: string): void {
  const stray = bytes.find((byte) => byte > 1);
  if (stray !== undefined) throw invalidCheckpoint(where, 'bools of 0 or 1', `byte ${stray}`);
}
