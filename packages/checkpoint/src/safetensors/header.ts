import { bytesPerElement, type DataType, formatShape, type Shape, sizeOf } from '@msanet/tensor';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import { dataTypeOf } from './data-types.js';

/** A tensor as the header states it; its bytes are `begin` to `end` of the data after the header. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** A checked safetensors header. */
export interface Header {
  /** In the order of the header. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
}

/** The name that the format keeps for its map of strings. */
export const metadataName = '__metadata__';

/** Longest header that is read, 16 MiB: that of about 150,000 tensors. */
const longestHeader = 2 ** 24;

/**
 * Reads and checks the header of a safetensors file: eight bytes of length (little-endian), then JSON.
 *
 * The tensors must cover the data from its first byte to its last without a gap or an overlap, and each must have as many
 * bytes as its shape and element type need.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the header breaks one of the format's rules.
 */
export function readHeader(file: Uint8Array, where: string): Header {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 8)
    throw invalidCheckpoint(where, 'a header length of 8 bytes', `${file.length}`);
  const length = Number(view.getBigUint64(0, true));
  if (length > file.length - 8) {
    const got = `${file.length - 8} bytes`;
    throw invalidCheckpoint(where, `a header of ${length} bytes`, got);
  }
  if (length > longestHeader) {
    const got = `one of ${length}`;
    throw invalidCheckpoint(where, `a header of at most ${longestHeader} bytes`, got);
  }
  const dataStart = 8 + length;
  const json = parseJson(file.subarray(8, dataStart), where);
  const metadata = new Map<string, string>();
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === metadataName) readMetadata(value, metadata, where);
    else entries.push(readEntry(name, value, `${where}: ${name}`));
  }
  expectCover(entries, file.length - dataStart, where);
  return { entries, metadata, dataStart };
}

function parseJson(bytes: Uint8Array, where: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(json)) return json;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalidCheckpoint(where, 'a JSON header', reason, undefined, cause);
  }
  throw invalidCheckpoint(where, 'a JSON object as header', 'another JSON value');
}

function readMetadata(value: unknown, metadata: Map<string, string>, where: string): void {
  if (!isRecord(value))
    throw invalidCheckpoint(where, `${metadataName} as an object`, 'another value');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw invalidCheckpoint(where, `text in ${metadataName}`, `another value for ${key}`);
    }
    metadata.set(key, text);
  }
}

function readEntry(name: string, value: unknown, where: string): HeaderEntry {
  if (!isRecord(value))
    throw invalidCheckpoint(where, 'a description of a tensor', 'another value');
  const { dtype: typeName, shape, data_offsets: offsets } = value;
  const dtype = typeof typeName === 'string' ? dataTypeOf(typeName) : undefined;
  if (dtype === undefined) {
    throw invalidCheckpoint(
      where,
      'an element type that is read',
      typeof typeName === 'string' ? typeName : 'none',
      'convert the tensor to float32 and save it again',
    );
  }
  if (!isSizes(shape) || shape.length > 64) {
    throw invalidCheckpoint(where, 'a shape of whole numbers', 'another value');
  }
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw invalidCheckpoint(where, 'two data offsets', 'another value');
  }
  const [begin, end] = offsets;
  const bytes = sizeOf(shape) * bytesPerElement(dtype);
  if (end - begin !== bytes) {
    const expected = `${bytes} bytes for shape ${formatShape(shape)} of ${dtype}`;
    throw invalidCheckpoint(where, expected, `bytes ${begin} to ${end}`);
  }
  return { name, dtype, shape, begin, end };
}

/** The format's rule: "the byte buffer needs to be entirely indexed, and cannot contain holes". */
function expectCover(entries: readonly HeaderEntry[], length: number, where: string): void {
  let covered = 0;
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { name, begin, end } of inOrder) {
    if (begin !== covered) {
      const got = `${begin}, which leaves ${begin > covered ? 'a gap' : 'an overlap'}`;
      throw invalidCheckpoint(`${where}: ${name}`, `data from byte ${covered}`, got);
    }
    covered = end;
  }
  if (covered !== length) {
    throw invalidCheckpoint(where, `${covered} bytes of data`, `${length}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((item) => typeof item === 'number' && Number.isSafeInteger(item) && item >= 0)
  );
}
