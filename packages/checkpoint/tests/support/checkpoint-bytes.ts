import { code, integer, list, pickle, text, uint } from './pickle-bytes.js';
import { zip, type ZipEntry } from './zip-bytes.js';

/** The bytes of float32 values. */
export function floats(...values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** A zip checkpoint around the opcodes of a root value. */
export function zipCheckpoint(
  root: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: readonly ZipEntry[] = [],
): Buffer {
  return zip([
    { name: 'archive/data.pkl', content: pickle(root) },
    ...Object.entries(storages).map(([key, content]) => ({ name: `archive/data/${key}`, content })),
    { name: 'archive/version', content: Buffer.from('3\n') },
    ...more,
  ]);
}

/** One storage of a stream checkpoint: its key, the number of elements to claim, and its bytes. */
export type StreamStorage = readonly [key: string, elements: number | bigint, content: Uint8Array];

/** A stream checkpoint, as torch.save wrote it before PyTorch 1.6, around the opcodes of a root value. */
export function streamCheckpoint(
  root: Uint8Array,
  storages: readonly StreamStorage[] = [],
): Buffer {
  const magic = Buffer.from('6cfc9c46f9206aa85019', 'hex');
  return Buffer.concat([
    pickle(code('LONG1', Buffer.concat([uint(magic.length, 1), magic]))),
    pickle(integer(1001)),
    pickle(code('EMPTY_DICT')),
    pickle(root),
    pickle(list(...storages.map(([key]) => text(key)))),
    ...storages.flatMap(([, elements, content]) => [uint(elements, 8), Buffer.from(content)]),
  ]);
}

/** A safetensors file around a header, which need not be true. */
export function safetensors(header: unknown, data: Uint8Array = new Uint8Array()): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return Buffer.concat([uint(json.length, 8), json, data]);
}
