import { MsanetError } from '@msanet/tensor';
import { dataTypeOfCode, describeElementType } from '../element-types.js';
import type { Dimension, Graph, Model, Node, ValueInfo } from '../graph.js';
import { orderNodes } from '../order-nodes.js';
import { decodeAttribute } from './attribute-codec.js';
import type {
  DimensionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  ValueInfoProto,
} from './onnx-schema.js';
import { decodeTensor, type ReadExternal } from './tensor-codec.js';

/** Operator set names that stand for the standard one. */
const standardDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

/**
 * The model of a ModelProto, checked and in topological order.
 *
 * An input that has an initializer may be left out when the model is run; it becomes a constant here. A node without
 * a name takes that of its first output. Model functions are refused, since their bodies would have to be inlined.
 *
 * @param where how errors name the file
 * @throws MsanetError `ONNX_INVALID`, `GRAPH_INVALID` or `MODEL_UNSUPPORTED`
 */
export function decodeModelProto(
  proto: ModelProto,
  where: string,
  readExternal: ReadExternal,
): Model {
  if (proto.graph === undefined) throw invalid(where, 'a model with a graph', 'none');
  if (proto.opsetImport.length === 0) {
    throw invalid(where, 'a model that names its operator sets', 'none');
  }
  if ((proto.functions?.length ?? 0) > 0) {
    throw unsupported(where, 'a model without functions', `${proto.functions?.length} functions`);
  }
  const irVersion = Number(proto.irVersion ?? 0n);
  if (irVersion < 3) throw invalid(where, 'an IR version of at least 3', String(irVersion));
  const opsets = proto.opsetImport.map(
    ({ domain = '', version = 1n }) => [standardDomain(domain), Number(version)] as const,
  );
  return {
    irVersion,
    producer: proto.producerName ?? '',
    opsets: new Map(opsets),
    graph: decodeGraph(proto.graph, where, readExternal),
    metadata: new Map(proto.metadataProps.map(({ key = '', value = '' }) => [key, value])),
  };
}

/** @param outer what a graph inside a node can see of the graphs around it */
function decodeGraph(
  proto: GraphProto,
  file: string,
  readExternal: ReadExternal,
  outer?: ReadonlySet<string>,
): Graph {
  const name = proto.name ?? '';
  const where = `${file}, graph ${name}`;
  if ((proto.sparseInitializer?.length ?? 0) > 0) {
    throw unsupported(where, 'dense initializers', 'sparse ones');
  }
  const initializers = new Map(
    proto.initializer.map((tensor) => {
      const own = tensor.name ?? '';
      return [own, decodeTensor(tensor, `${where}, initializer ${own}`, readExternal)];
    }),
  );
  const inputs = proto.input
    .filter((input) => !initializers.has(input.name ?? ''))
    .map((input) => decodeValueInfo(input, `${where}, input`, outer !== undefined));
  const outputs = proto.output.map((output) =>
    decodeValueInfo(output, `${where}, output`, outer !== undefined),
  );
  const visible = new Set([
    ...(outer ?? []),
    ...initializers.keys(),
    ...inputs.map((input) => input.name),
    ...proto.node.flatMap((node) => node.output),
  ]);
  const nodes = proto.node.map((node) =>
    decodeNode(node, where, readExternal, (inner) =>
      decodeGraph(inner, file, readExternal, visible),
    ),
  );
  const graph: Graph = { name, nodes, inputs, outputs, initializers };
  return { ...graph, nodes: orderNodes(graph, outer) };
}

function decodeNode(
  proto: NodeProto,
  where: string,
  readExternal: ReadExternal,
  graph: (proto: GraphProto) => Graph,
): Node {
  const name = proto.name || proto.output.find((output) => output !== '') || '';
  const source = { where: `${where}, node ${name}`, readExternal, graph };
  const attributes = Object.fromEntries(
    proto.attribute.map((attribute) => [attribute.name ?? '', decodeAttribute(attribute, source)]),
  );
  return {
    name,
    opType: proto.opType ?? '',
    domain: standardDomain(proto.domain ?? ''),
    inputs: proto.input,
    outputs: proto.output,
    attributes,
  };
}

function decodeValueInfo(proto: ValueInfoProto, where: string, inner: boolean): ValueInfo {
  const name = proto.name ?? '';
  const element = inner ? proto.type?.sequenceType?.elemType?.tensorType : undefined;
  const type = proto.type?.tensorType ?? element;
  const dtype = dataTypeOfCode(type?.elemType ?? 0);
  if (type === undefined || dtype === undefined) {
    throw unsupported(
      `${where} ${name}`,
      'a tensor of numbers or truth values',
      type === undefined ? 'another type, or none' : describeElementType(type.elemType ?? 0),
    );
  }
  const shape = type.shape?.dim.map(decodeDimension);
  return type === element ? { name, dtype, shape, sequence: true } : { name, dtype, shape };
}

/** Exporters write −1 or nothing for a length that is not known. */
function decodeDimension({ dimValue, dimParam }: DimensionProto): Dimension {
  if (dimParam !== undefined && dimParam !== '') return dimParam;
  return dimValue === undefined || dimValue < 0n ? undefined : Number(dimValue);
}

function invalid(where: string, expected: string, got: string): MsanetError {
  const remedy = 'the file is damaged or no ONNX model; export the model again';
  return new MsanetError({ code: 'ONNX_INVALID', where, expected, got, remedy });
}

function unsupported(where: string, expected: string, got: string): MsanetError {
  const remedy = 'export the model without it';
  return new MsanetError({ code: 'MODEL_UNSUPPORTED', where, expected, got, remedy });
}
