import { zeros, type Tensor } from '@msanet/tensor';
import { float, int, opsetOf, type Model, type Node } from '@msanet/onnx';

/** A batch normalisation in training mode: what it is called, and the graph outputs with its batch's statistics. */
export interface NormalizedLayer {
  /** Name of the convolution's node. */
  readonly name: string;
  /** Name of the initializer γ, one number per channel. */
  readonly scale: string;
  /** Name of the initializer β. */
  readonly bias: string;
  /** Name of the value that holds the batch's mean. */
  readonly mean: string;
  /** Name of the value that holds the batch's variance, divided by the number of elements. */
  readonly variance: string;
  readonly channels: number;
}

/** A model in which convolutions are followed by batch normalisations in training mode. */
export interface NormalizedModel {
  readonly model: Model;
  readonly layers: readonly NormalizedLayer[];
}

/** PyTorch's ε of batch normalisation. */
export const normalizationEpsilon = 1e-5;

/**
 * Puts a batch normalisation in training mode behind every convolution that has a bias. Victims are built for inference,
 * with their normalisation folded into the convolutions; this is the way back. The bias becomes β, γ starts at 1.
 *
 * The normalisation has momentum 0, so that its second and third output are the batch's own statistics.
 */
export function normalizeConvolutions(model: Model): NormalizedModel {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const layers: NormalizedLayer[] = [];
  const nodes = graph.nodes.flatMap((node): Node[] => {
    const bias = node.inputs[2];
    if (node.opType !== 'Conv' || bias === undefined || bias === '') return [node];
    const [output] = node.outputs;
    const channels = (initializers.get(bias) as Tensor).shape[0];
    const layer: NormalizedLayer = {
      name: node.name,
      scale: `${node.name}.scale`,
      bias,
      mean: `${node.name}.mean`,
      variance: `${node.name}.variance`,
      channels,
    };
    layers.push(layer);
    initializers.set(layer.scale, {
      dtype: 'float32',
      shape: [channels],
      data: new Float32Array(channels).fill(1),
    });
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
        outputs: [output, layer.mean, layer.variance],
        attributes: {
          training_mode: int(1),
          momentum: float(0),
          epsilon: float(normalizationEpsilon),
        },
      },
    ];
  });
  void opsetOf;
  return { model: { ...model, graph: { ...graph, nodes, initializers } }, layers };
}
