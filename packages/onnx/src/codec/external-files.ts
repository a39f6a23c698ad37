import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import type { ExternalReference } from './external-data.js';
import { externalLocation, type GraphProto, type ModelProto } from './onnx-schema.js';
import { referenceOf, type ReadExternal } from './tensor-codec.js';

/**
 * Reads the external data that a model refers to, each part once.
 *
 * @param folder the folder of the model file; a link that leads out of it is refused
 * @returns what hands out the parts that were read
 * @throws MsanetError `FILE_NOT_FOUND` when a file cannot be read, `ONNX_INVALID` when it is shorter than the model says
 *   or lies outside the folder
 */
export async function readExternalFiles(
  model: ModelProto,
  folder: string,
  where: string,
): Promise<ReadExternal> {
  const parts = new Map<string, Uint8Array>();
  for (const reference of model.graph === undefined ? [] : references(model.graph, where)) {
    const key = keyOf(reference);
    if (!parts.has(key)) parts.set(key, await readPart(reference, folder, where));
  }
  return (reference) => {
    const part = parts.get(keyOf(reference));
    if (part !== undefined) return part;
    throw invalid(where, 'external data that was read before', reference.location);
  };
}

function* references(graph: GraphProto, where: string): Generator<ExternalReference> {
  const attributes = graph.node.flatMap((node) => node.attribute);
  const tensors = [
    ...graph.initializer,
    ...attributes.flatMap(({ t, tensors = [] }) => (t === undefined ? tensors : [t, ...tensors])),
  ];
  for (const tensor of tensors) {
    if (tensor.dataLocation === externalLocation) {
      yield referenceOf(tensor, `${where}, tensor ${tensor.name ?? ''}`);
    }
  }
  for (const { g, graphs = [] } of attributes) {
    for (const inner of g === undefined ? graphs : [g, ...graphs]) yield* references(inner, where);
  }
}

async function readPart(
  { location, offset, length }: ExternalReference,
  folder: string,
  where: string,
): Promise<Uint8Array> {
  const path = join(folder, location);
  const [home, target] = await Promise.all([
    realpath(folder),
    realpath(path).catch((cause: unknown) => {
      throw missing(path, where, cause);
    }),
  ]);
  if (!target.startsWith(home.endsWith(sep) ? home : home + sep)) {
    throw invalid(where, 'external data in the folder of the model', `a link to ${target}`);
  }
  const file = await open(target).catch((cause: unknown) => {
    throw missing(path, where, cause);
  });
  try {
    const { size } = await file.stat();
    if (offset + length > size) {
      throw invalid(where, `${offset + length} bytes in ${location}`, `${size} bytes`);
    }
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw invalid(where, `${length} bytes in ${location}`, `${filled}`);
      filled += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

function keyOf({ location, offset, length }: ExternalReference): string {
  return `${offset}+${length}:${location}`;
}

function missing(path: string, where: string, cause: unknown): MsanetError {
  return new MsanetError({
    code: 'FILE_NOT_FOUND',
    where,
    expected: `external data in ${path}`,
    got: cause instanceof Error ? cause.message : 'no such file',
    remedy: 'put the data file beside the model',
    cause,
  });
}

function invalid(where: string, expected: string, got: string): MsanetError {
  return new MsanetError({
    code: 'ONNX_INVALID',
    where,
    expected,
    got,
    remedy: 'copy the complete model with its data files',
  });
}
