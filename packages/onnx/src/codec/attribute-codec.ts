import { MsanetError } from '@msanet/tensor';
import type { Attribute, AttributeValues } from '../attributes.js';
import type { Graph } from '../graph.js';
import { attributeTypes, type AttributeProto, type GraphProto } from './onnx-schema.js';
import { decodeTensor, encodeTensor, type ReadExternal } from './tensor-codec.js';

type Kind = keyof AttributeValues;

const kinds = new Map<number, Kind>(
  Object.entries(attributeTypes).map(([kind, code]) => [code, kind as Kind]),
);
const text = new TextDecoder();
const bytes = new TextEncoder();

/** What decoding an attribute needs from the graph around it. */
export interface AttributeSource {
  /** How errors name the node. */
  readonly where: string;
  readonly readExternal: ReadExternal;
  readonly graph: (proto: GraphProto) => Graph;
}

/**
 * The attribute of an AttributeProto.
 *
 * @throws MsanetError `ONNX_INVALID` when it has no value of its type, `MODEL_UNSUPPORTED` for sparse tensors, types
 *   and references to function attributes
 */
export function decodeAttribute(proto: AttributeProto, source: AttributeSource): Attribute {
  const where = `${source.where}, attribute ${proto.name ?? ''}`;
  const code = proto.type ?? 0;
  const kind = code === 0 ? presentKind(proto) : kinds.get(code);
  if (kind === undefined || (proto.refAttrName ?? '') !== '') {
    throw new MsanetError({
      code: 'MODEL_UNSUPPORTED',
      where,
      expected: 'a number, text, tensor or graph, or a list of them',
      got: kind === undefined ? `attribute type ${code}` : 'a reference to a function attribute',
      remedy: 'export the model without functions, sparse tensors and type values',
    });
  }
  const tensor = (name: string) => (value: Parameters<typeof decodeTensor>[0]) =>
    decodeTensor(value, name, source.readExternal);
  switch (kind) {
    case 'int':
      return { type: kind, value: saturated(proto.i ?? 0n) };
    case 'float':
      return { type: kind, value: proto.f ?? 0 };
    case 'string':
      return { type: kind, value: text.decode(proto.s) };
    case 'tensor':
      return { type: kind, value: tensor(where)(required(proto.t, kind, where)) };
    case 'graph':
      return { type: kind, value: source.graph(required(proto.g, kind, where)) };
    case 'ints':
      return { type: kind, value: (proto.ints ?? []).map(saturated) };
    case 'floats':
      return { type: kind, value: proto.floats ?? [] };
    case 'strings':
      return { type: kind, value: (proto.strings ?? []).map((value) => text.decode(value)) };
    case 'tensors':
      return { type: kind, value: (proto.tensors ?? []).map(tensor(where)) };
    case 'graphs':
      return { type: kind, value: (proto.graphs ?? []).map(source.graph) };
  }
}

/** The AttributeProto of an attribute. */
export function encodeAttribute(
  name: string,
  attribute: Attribute,
  encodeGraph: (graph: Graph) => GraphProto,
): AttributeProto {
  const base = { name, type: attributeTypes[attribute.type] };
  switch (attribute.type) {
    case 'int':
      return { ...base, i: BigInt(attribute.value) };
    case 'float':
      return { ...base, f: attribute.value };
    case 'string':
      return { ...base, s: bytes.encode(attribute.value) };
    case 'tensor':
      return { ...base, t: encodeTensor(attribute.value) };
    case 'graph':
      return { ...base, g: encodeGraph(attribute.value) };
    case 'ints':
      return { ...base, ints: attribute.value.map(BigInt) };
    case 'floats':
      return { ...base, floats: [...attribute.value] };
    case 'strings':
      return { ...base, strings: attribute.value.map((value) => bytes.encode(value)) };
    case 'tensors':
      return { ...base, tensors: attribute.value.map((value) => encodeTensor(value)) };
    case 'graphs':
      return { ...base, graphs: attribute.value.map(encodeGraph) };
  }
}

/** Old files leave the type out: the member that is present tells it. */
function presentKind(proto: AttributeProto): Kind | undefined {
  if (proto.f !== undefined) return 'float';
  if (proto.i !== undefined) return 'int';
  if (proto.s !== undefined) return 'string';
  if (proto.t !== undefined) return 'tensor';
  if (proto.g !== undefined) return 'graph';
  const lists = ['floats', 'ints', 'strings', 'tensors', 'graphs'] as const;
  return lists.find((list) => (proto[list]?.length ?? 0) > 0);
}

function required<T>(value: T | undefined, kind: string, where: string): T {
  if (value !== undefined) return value;
  throw new MsanetError({
    code: 'ONNX_INVALID',
    where,
    expected: `a ${kind}`,
    got: 'none',
    remedy: 'the file is damaged; export the model again',
  });
}

/** The integer as a number, held within ±(2^53 − 1): exporters write the largest int64 for "to the end". */
function saturated(value: bigint): number {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(value > most ? most : value < -most ? -most : value);
}
