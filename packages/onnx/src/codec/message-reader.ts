import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { AnyMessageSchema, Field, MessageSchema, ScalarKind } from './message-schema.js';

/** Protobuf's own limit on messages inside messages. */
const deepestMessage = 100;

const wireTypes: { readonly [K in ScalarKind]: WireType } = {
  int32: WireType.Varint,
  int64: WireType.Varint,
  uint64: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
};

/**
 * Reads a protobuf message. Byte fields are views of `bytes`, not copies; unknown fields are skipped. Nothing is
 * allocated from a length that the bytes do not cover.
 *
 * @throws Error with the reason when the bytes are not such a message
 */
export function readMessage<T>(bytes: Uint8Array, schema: MessageSchema<T>): T {
  const reader = new BinaryReader(bytes);
  return readFields(reader, schema as unknown as AnyMessageSchema, reader.len, 0) as T;
}

function readFields(
  reader: BinaryReader,
  schema: AnyMessageSchema,
  end: number,
  depth: number,
): Record<string, unknown> {
  if (depth > deepestMessage) throw new Error(`messages nested deeper than ${deepestMessage}`);
  const message: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema)) if (field.repeated) message[name] = [];
  const fields = fieldsByNumber(schema);
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const entry = fields.get(number);
    if (entry === undefined) reader.skip(wireType, number);
    else readField(reader, entry, message, wireType, end, depth);
  }
  if (reader.pos !== end) throw new Error('a field that is longer than its message');
  return message;
}

function readField(
  reader: BinaryReader,
  [name, field]: NamedField,
  message: Record<string, unknown>,
  wireType: WireType,
  end: number,
  depth: number,
): void {
  const { kind } = field;
  const own = typeof kind === 'function' ? WireType.LengthDelimited : wireTypes[kind];
  const list = message[name];
  if (field.repeated && wireType === WireType.LengthDelimited && own !== wireType) {
    const stop = lengthPrefix(reader, end);
    while (reader.pos < stop) (list as unknown[]).push(readScalar(reader, kind as ScalarKind));
    if (reader.pos !== stop) throw new Error(`a packed field ${name} that is cut off`);
    return;
  }
  if (wireType !== own) throw new Error(`field ${name} with wire type ${wireType}`);
  const value =
    typeof kind === 'function'
      ? readFields(reader, kind(), lengthPrefix(reader, end), depth + 1)
      : readScalar(reader, kind);
  if (field.repeated) (list as unknown[]).push(value);
  else message[name] = value;
}

/** Where the length-delimited field that starts here ends. */
function lengthPrefix(reader: BinaryReader, end: number): number {
  const stop = reader.uint32() + reader.pos;
  if (stop > end) throw new Error('a length beyond the end of the message');
  return stop;
}

function readScalar(reader: BinaryReader, kind: ScalarKind): number | bigint | string | Uint8Array {
  switch (kind) {
    case 'int32':
      return reader.int32();
    case 'int64':
      return BigInt(reader.int64());
    case 'uint64':
      return BigInt(reader.uint64());
    case 'float':
      return reader.float();
    case 'double':
      return reader.double();
    case 'string':
      return reader.string(true);
    case 'bytes':
      return reader.bytes();
  }
}

type NamedField = readonly [name: string, field: Field];
const numbered = new WeakMap<AnyMessageSchema, ReadonlyMap<number, NamedField>>();

function fieldsByNumber(schema: AnyMessageSchema): ReadonlyMap<number, NamedField> {
  let fields = numbered.get(schema);
  if (fields === undefined) {
    fields = new Map(Object.entries(schema).map((entry) => [entry[1].number, entry]));
    numbered.set(schema, fields);
  }
  return fields;
}
