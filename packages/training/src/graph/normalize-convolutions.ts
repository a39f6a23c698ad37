import { MsanetError, sizeOf, zeros, type Tensor } from '@msanet/tensor';
import { float, inferGraph, int, type Model, type Node } from '@msanet/onnx';

/** A convolution with its batch normalisation, which may be applied several times in a graph. */
export interface NormalizedLayer {
  /** Unique in the network. */
  readonly name: string;
  /** Name of the convolution's weight. */
  readonly weight: string;
  /** Name of the scale γ, one number per channel. */
  readonly scale: string;
  /** Name of the offset β. */
  readonly bias: string;
  readonly channels: number;
  readonly applications: readonly Normalization[];
}

/** One application of a batch normalisation: the values that hold its batch's statistics. */
export interface Normalization {
  readonly mean: string;
  /** The variance, divided by the number of elements. */
  readonly variance: string;
  /** Elements per channel. */
  readonly count: number;
}

/** A model in which convolutions are followed by batch normalisations in training mode. */
export interface NormalizedModel {
  readonly model: Model;
  readonly layers: readonly NormalizedLayer[];
}

/** PyTorch's ε of batch normalisation. */
export const normalizationEpsilon = 1e-5;

const biasSuffix = '.bias';

/**
 * Puts a batch normalisation in training mode behind every convolution that has a bias. Victims are built for inference,
 * with their normalisation folded into the convolutions; this is the way back. The bias becomes β, γ starts at 1.
 *
 * The normalisation has momentum 0, so that its second and third output are the batch's own statistics.
 *
 * @param model a graph of fixed shapes whose convolutions have biases named `LAYER.bias` and weights `LAYER.weight`
 * @throws MsanetError `GRAPH_INVALID` for other names
 */
export function normalizeConvolutions(model: Model): NormalizedModel {
  const { graph } = model;
  const values = inferGraph(model);
  const initializers = new Map(graph.initializers);
  const layers = new Map<string, NormalizedLayer & { readonly applications: Normalization[] }>();
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const bias = node.inputs[2] ?? '';
    if (node.opType !== 'Conv' || bias === '') return [node];
    const [output] = node.outputs;
    const [batch, channels, ...spatial] = values.get(output)?.shape ?? [];
    const layer = layers.get(bias) ?? { ...layerOf(model, bias), channels, applications: [] };
    layers.set(bias, layer);
    const application: Normalization = {
      mean: `${node.name}.mean`,
      variance: `${node.name}.variance`,
      count: batch * sizeOf(spatial),
    };
    layer.applications.push(application);
    initializers.set(layer.scale, ones(channels));
    // The statistics that come in have no weight at momentum 0.
    const unused = `${node.name}.unused`;
    initializers.set(unused, zeros('float32', [channels]));
    const convolved = `${output}.convolved`;
    return [
      { ...node, inputs: node.inputs.slice(0, 2), outputs: [convolved] },
      {
        name: `${node.name}.normalization`,
        opType: 'BatchNormalization',
        domain: '',
        inputs: [convolved, layer.scale, bias, unused, unused],
        outputs: [output, application.mean, application.variance],
        attributes: {
          training_mode: int(1),
          momentum: float(0),
          epsilon: float(normalizationEpsilon),
        },
      },
    ];
  });
  const normalized = { ...model, graph: { ...graph, nodes, initializers } };
  return { model: normalized, layers: [...layers.values()] };
}

function layerOf(
  { graph }: Model,
  bias: string,
): Pick<NormalizedLayer, 'name' | 'weight' | 'scale' | 'bias'> {
  const name = bias.slice(0, -biasSuffix.length);
  const weight = `${name}.weight`;
  if (bias.endsWith(biasSuffix) && graph.initializers.has(weight)) {
    return { name, weight, scale: `${name}.scale`, bias };
  }
  throw new MsanetError({
    code: 'GRAPH_INVALID',
    where: `training of ${graph.name}: bias ${bias}`,
    expected: 'initializers named LAYER.weight and LAYER.bias',
    got: `no initializer ${weight}`,
    remedy: 'build the network in its trainable form',
  });
}

function ones(length: number): Tensor<'float32'> {
  return { dtype: 'float32', shape: [length], data: new Float32Array(length).fill(1) };
}
