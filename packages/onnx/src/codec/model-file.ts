import { open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import type { Model } from '../graph.js';
import { parseModel } from './decode-model.js';
import { encodePieces } from './encode-model.js';
import { readExternalFiles } from './external-files.js';
import { decodeModelProto } from './graph-decoder.js';
import { bytesOf, encodeExternalTensor, encodeTensor } from './tensor-codec.js';

/** Smaller initializers stay in the model file. */
const smallestExternal = 1024;
/** Every external tensor starts at a multiple of this, so that readers can use it in place. */
const alignment = 64;

/**
 * Reads an ONNX model and the external data beside it.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when a file cannot be read; `ONNX_INVALID`, `GRAPH_INVALID` or
 *   `MODEL_UNSUPPORTED` as `decodeModel`
 */
export async function readModelFile(path: string): Promise<Model> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'an ONNX model of less than 2 GiB',
      got: cause instanceof Error ? cause.message : 'no such file',
      remedy: 'name a file that exists and can be read',
      cause,
    });
  });
  const proto = parseModel(bytes, path);
  return decodeModelProto(proto, path, await readExternalFiles(proto, dirname(path), path));
}

/** How to write a model file. */
export interface WriteOptions {
  /** Put initializers of 1 KiB and more into a second file, `<path>.data`; needed beyond 2 GiB. Default false. */
  readonly externalData?: boolean;
}

/**
 * Writes an ONNX model. A file of that name is replaced only when the new one is complete.
 *
 * @throws MsanetError `OUTPUT_UNWRITABLE` when the file cannot be written, or is beyond 2 GiB without external data;
 *   `GRAPH_INVALID` as `encodeModel`
 */
export async function writeModelFile(
  path: string,
  model: Model,
  { externalData = false }: WriteOptions = {},
): Promise<void> {
  if (!externalData) {
    await writePieces(path, encodePieces(model).pieces);
    return;
  }
  const location = `${basename(path)}.data`;
  const data: Uint8Array[] = [];
  let end = 0;
  const encoded = encodePieces(model, (value, name) => {
    const bytes = bytesOf(value);
    if (bytes.length < smallestExternal) return encodeTensor(value, name);
    const offset = Math.ceil(end / alignment) * alignment;
    data.push(new Uint8Array(offset - end), bytes);
    end = offset + bytes.length;
    return encodeExternalTensor(value, name, { location, offset, length: bytes.length });
  });
  await writePieces(`${path}.data`, data);
  await writePieces(path, encoded.pieces);
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const partial = `${path}.partial`;
  try {
    const file = await open(partial, 'w');
    try {
      for (const piece of pieces) await file.writeFile(piece);
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw new MsanetError({
      code: 'OUTPUT_UNWRITABLE',
      where: path,
      expected: 'a file that can be written',
      got: cause instanceof Error ? cause.message : String(cause),
      remedy: 'choose a folder with write permission and enough space',
      cause,
    });
  }
}
