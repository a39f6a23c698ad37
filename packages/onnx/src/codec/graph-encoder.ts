import type { Tensor } from '@msanet/tensor';
import { elementTypeCode } from '../element-types.js';
import type { Dimension, Graph, Model, ValueInfo } from '../graph.js';
import { encodeAttribute } from './attribute-codec.js';
import type {
  DimensionProto,
  GraphProto,
  ModelProto,
  TensorProto,
  ValueInfoProto,
} from './onnx-schema.js';
import { encodeTensor } from './tensor-codec.js';

/** Makes the TensorProto of an initializer: with its bytes, or with a reference to another file. */
export type EncodeInitializer = (value: Tensor, name: string) => TensorProto;

/** The ModelProto of a model. */
export function encodeModelProto(
  model: Model,
  encodeInitializer: EncodeInitializer = encodeTensor,
): ModelProto {
  return {
    irVersion: BigInt(model.irVersion),
    producerName: model.producer,
    graph: encodeGraph(model.graph, encodeInitializer),
    opsetImport: [...model.opsets].map(([domain, version]) => ({
      domain,
      version: BigInt(version),
    })),
    metadataProps: [...model.metadata].map(([key, value]) => ({ key, value })),
  };
}

function encodeGraph(graph: Graph, encodeInitializer: EncodeInitializer): GraphProto {
  return {
    node: graph.nodes.map((node) => ({
      input: [...node.inputs],
      output: [...node.outputs],
      name: node.name,
      opType: node.opType,
      attribute: Object.entries(node.attributes).map(([name, attribute]) =>
        encodeAttribute(name, attribute, (inner) => encodeGraph(inner, encodeTensor)),
      ),
      domain: node.domain === '' ? undefined : node.domain,
    })),
    name: graph.name,
    initializer: [...graph.initializers].map(([name, value]) => encodeInitializer(value, name)),
    input: graph.inputs.map(encodeValueInfo),
    output: graph.outputs.map(encodeValueInfo),
  };
}

function encodeValueInfo({ name, dtype, shape, sequence }: ValueInfo): ValueInfoProto {
  const type = {
    tensorType: {
      elemType: elementTypeCode(dtype),
      shape: shape === undefined ? undefined : { dim: shape.map(encodeDimension) },
    },
  };
  return { name, type: sequence === true ? { sequenceType: { elemType: type } } : type };
}

function encodeDimension(length: Dimension): DimensionProto {
  if (length === undefined) return {};
  return typeof length === 'number' ? { dimValue: BigInt(length) } : { dimParam: length };
}
