import { MsanetError, allocate, bytesPerElement, type DataType, type Tensor } from '@msanet/tensor';
import { dataTypeOfCode, describeElementType, elementTypeCode } from '../element-types.js';
import type { Elements } from '../inference/evaluation/elements.js';
import { externalReference, type ExternalReference } from './external-data.js';
import { externalLocation, type TensorProto } from './onnx-schema.js';
import { typedView } from './typed-view.js';

/** Returns the bytes of a tensor that lies outside the model file. */
export type ReadExternal = (reference: ExternalReference) => Uint8Array;

/**
 * The tensor of a TensorProto in any of its encodings.
 *
 * Raw bytes are used in place where their alignment permits, so the tensor keeps the file's memory alive. Elements are
 * counted before memory is taken.
 *
 * @throws MsanetError `ONNX_INVALID` when shape and elements do not fit, `MODEL_UNSUPPORTED` for an element type that
 *   msanet does not hold
 */
export function decodeTensor(
  proto: TensorProto,
  where: string,
  readExternal: ReadExternal,
): Tensor {
  const dtype = dataTypeOf(proto, where);
  const shape = proto.dims.map(Number);
  const size = countElements(proto, where);
  if (proto.dataLocation === externalLocation) {
    const reference = referenceOf(proto, where);
    const bytes = readExternal(reference);
    return { dtype, shape, data: elementsOf(bytes, dtype, size, where) };
  }
  if (proto.rawData !== undefined && proto.rawData.length > 0) {
    return { dtype, shape, data: elementsOf(proto.rawData, dtype, size, where) };
  }
  const list = listOf(proto, dtype);
  expectCount(list.length, size, 'elements', where);
  const data = allocate(dtype, size);
  const elements: Elements = data;
  list.forEach((value, index) => (elements[index] = value));
  return { dtype, shape, data };
}

/** Where an external tensor's elements lie. */
export function referenceOf(proto: TensorProto, where: string): ExternalReference {
  const byteLength = countElements(proto, where) * bytesPerElement(dataTypeOf(proto, where));
  return externalReference(proto.externalData ?? [], byteLength, where);
}

/** A TensorProto that holds the tensor's own bytes. */
export function encodeTensor(value: Tensor, name?: string): TensorProto {
  return { ...encodeTensorType(value, name), rawData: bytesOf(value) };
}

/** A TensorProto that refers to bytes outside the model file. */
export function encodeExternalTensor(
  value: Tensor,
  name: string,
  { location, offset, length }: ExternalReference,
): TensorProto {
  return {
    ...encodeTensorType(value, name),
    externalData: [
      { key: 'location', value: location },
      { key: 'offset', value: String(offset) },
      { key: 'length', value: String(length) },
    ],
    dataLocation: externalLocation,
  };
}

/** The bytes of a tensor's elements, as a view. */
export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function encodeTensorType({ dtype, shape }: Tensor, name: string | undefined): TensorProto {
  return { dims: shape.map(BigInt), dataType: elementTypeCode(dtype), name };
}

function dataTypeOf(proto: TensorProto, where: string): DataType {
  const dtype = dataTypeOfCode(proto.dataType ?? 0);
  if (dtype !== undefined) return dtype;
  throw new MsanetError({
    code: 'MODEL_UNSUPPORTED',
    where,
    expected: 'a numeric element type of at least 8 bits',
    got: describeElementType(proto.dataType ?? 0),
    remedy: 'export the model in float32',
  });
}

function countElements({ dims }: TensorProto, where: string): number {
  let size = 1n;
  for (const length of dims) {
    size *= length;
    if (length < 0n || size > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw invalid(where, 'lengths that a machine can count', `(${dims.join(', ')})`);
    }
  }
  return Number(size);
}

function expectCount(got: number, expected: number, unit: string, where: string): void {
  if (got !== expected) throw invalid(where, `${expected} ${unit}`, String(got));
}

function elementsOf(
  bytes: Uint8Array,
  dtype: DataType,
  size: number,
  where: string,
): Tensor['data'] {
  expectCount(bytes.length, size * bytesPerElement(dtype), 'bytes', where);
  return dtype === 'bool' ? normalizedBool(typedView(bytes, dtype)) : typedView(bytes, dtype);
}

/** Truth values as 0 and 1; copied only when a byte is neither. */
function normalizedBool(bytes: Uint8Array): Uint8Array {
  return bytes.every((byte) => byte <= 1) ? bytes : bytes.map((byte) => (byte === 0 ? 0 : 1));
}

/** The list that holds elements of that type (onnx.proto, comments on TensorProto's data fields). */
function listOf(proto: TensorProto, dtype: DataType): readonly (number | bigint)[] {
  switch (dtype) {
    case 'float32':
      return proto.floatData ?? [];
    case 'float64':
      return proto.doubleData ?? [];
    case 'int64':
      return proto.int64Data ?? [];
    case 'uint64':
      return proto.uint64Data ?? [];
    case 'uint32':
      return (proto.uint64Data ?? []).map(Number);
    case 'bool':
      return (proto.int32Data ?? []).map((value) => (value === 0 ? 0 : 1));
    default:
      return proto.int32Data ?? [];
  }
}

function invalid(where: string, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'ONNX_INVALID',
    where,
    expected,
    got,
    remedy: 'the file is damaged; export the model again',
  });
}
