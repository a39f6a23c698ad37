import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A field by its number in onnx.proto: an integer, a text, bytes (also a message), or a float32. */
export type HandMadeField = readonly [number: number, value: number | bigint | string | Uint8Array];

/** The bytes of a protobuf message, field by field, with no knowledge of any schema. */
export function message(...fields: readonly HandMadeField[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
    else if (value instanceof Uint8Array) writer.tag(number, WireType.LengthDelimited).bytes(value);
    else writer.tag(number, WireType.Varint).int64(value);
  }
  return writer.finish();
}

/** Integers as the content of a packed field. */
export function varints(...values: readonly (number | bigint)[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const value of values) writer.int64(value);
  return writer.finish();
}

/** The bytes of a typed array. */
export const bytesOf = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A ValueInfoProto of a float32 tensor with those DimensionProtos. */
export const valueInfo = (name: string, ...dimensions: readonly Uint8Array[]): Uint8Array =>
  message(
    [1, name],
    [
      2,
      message([1, message([1, 1], [2, message(...dimensions.map((each) => [1, each] as const))])]),
    ],
  );

/** A NodeProto. */
export const node = (
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...fields: readonly HandMadeField[]
): Uint8Array =>
  message(
    ...inputs.map((name) => [1, name] as const),
    ...outputs.map((name) => [2, name] as const),
    [4, opType],
    ...fields,
  );

/** A ModelProto of opset 17 around the fields of its graph. */
export const modelOf = (...graph: readonly HandMadeField[]): Uint8Array =>
  message([1, 8], [8, message([1, ''], [2, 17])], [7, message(...graph)]);

/** A model whose one initializer `w` is that TensorProto, returned as the output. */
export const modelWith = (...tensor: readonly HandMadeField[]): Uint8Array =>
  modelOf([5, message([8, 'w'], ...tensor)], [12, valueInfo('w')]);
