import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { AnyMessageSchema, Field, MessageSchema, ScalarKind } from './message-schema.js';

/** An encoded message in pieces; large byte fields among them are the caller's own arrays, not copies. */
export interface EncodedMessage {
  readonly length: number;
  readonly pieces: readonly Uint8Array[];
}

/** Byte fields from this length on are passed on as they are. */
const ownPiece = 1024;

/** Encodes a protobuf message. Members that are `undefined` are left out. */
export function writeMessage<T>(message: T, schema: MessageSchema<T>): EncodedMessage {
  return writeFields(
    message as Readonly<Record<string, unknown>>,
    schema as unknown as AnyMessageSchema,
  );
}

function writeFields(
  message: Readonly<Record<string, unknown>>,
  schema: AnyMessageSchema,
): EncodedMessage {
  const output = new PieceWriter();
  for (const [name, field] of Object.entries(schema)) {
    const value = message[name];
    if (value === undefined) continue;
    if (!field.repeated) writeField(output, field, value);
    else if (!field.packed)
      for (const element of value as unknown[]) writeField(output, field, element);
    else if ((value as unknown[]).length > 0) writePacked(output, field, value as unknown[]);
  }
  return output.finish();
}

function writeField(output: PieceWriter, { number, kind }: Field, value: unknown): void {
  if (typeof kind === 'function') {
    const encoded = writeFields(value as Readonly<Record<string, unknown>>, kind());
    output.writer.tag(number, WireType.LengthDelimited).uint32(encoded.length);
    for (const piece of encoded.pieces) output.append(piece);
  } else if (kind === 'bytes') {
    const bytes = value as Uint8Array;
    output.writer.tag(number, WireType.LengthDelimited).uint32(bytes.length);
    output.append(bytes);
  } else {
    output.writer.tag(number, scalarWireType(kind));
    writeScalar(output.writer, kind, value);
  }
}

function writePacked(output: PieceWriter, { number, kind }: Field, values: unknown[]): void {
  const { writer } = output;
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const value of values) writeScalar(writer, kind as ScalarKind, value);
  writer.join();
}

function scalarWireType(kind: ScalarKind): WireType {
  if (kind === 'float') return WireType.Bit32;
  if (kind === 'double') return WireType.Bit64;
  return kind === 'string' ? WireType.LengthDelimited : WireType.Varint;
}

function writeScalar(writer: BinaryWriter, kind: ScalarKind, value: unknown): void {
  switch (kind) {
    case 'int32':
      writer.int32(value as number);
      break;
    case 'int64':
      writer.int64(value as bigint);
      break;
    case 'uint64':
      writer.uint64(value as bigint);
      break;
    case 'float':
      writer.float(value as number);
      break;
    case 'double':
      writer.double(value as number);
      break;
    case 'string':
      writer.string(value as string);
      break;
    case 'bytes':
      writer.bytes(value as Uint8Array);
  }
}

/** Collects pieces: small writes share a buffer, large arrays stand for themselves. */
class PieceWriter {
  readonly writer = new BinaryWriter();
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  append(bytes: Uint8Array): void {
    if (bytes.length < ownPiece) {
      this.writer.raw(bytes);
      return;
    }
    this.#flush();
    this.#push(bytes);
  }

  finish(): EncodedMessage {
    this.#flush();
    return { length: this.#length, pieces: this.#pieces };
  }

  #flush(): void {
    this.#push(this.writer.finish());
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }
}
