import { MsanetError } from '@msanet/tensor';
import { GraphBuilder, int, type Model, type Node, type Value } from '@msanet/onnx';
import { Emitter, appendGradients, promoteInitializers } from '@msanet/autodiff';
import { normalizeConvolutions, type NormalizedLayer } from './normalize-convolutions.js';

/** One step's forward and backward pass as a graph. */
export interface TrainingGraph {
  /**
   * Inputs: the network's clips, `targets` (batch, classes), `dropout` (batch, features), and every parameter under its
   * name. Outputs: `logits` (batch, classes), `loss` (batch), `gradient.NAME` for every parameter, and the statistics of
   * `layers`.
   */
  readonly model: Model;
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  readonly layers: readonly NormalizedLayer[];
  /** Features in front of the classifier. */
  readonly features: number;
}

/**
 * Makes the graph of one training step from a network's graph in inference.
 *
 * The loss is the cross-entropy −Σ t·log softmax(z) with the targets t that are fed, so that smoothed labels are a matter
 * of the targets. Gradients are those of its mean over the batch. What stands in front of the classifier is multiplied by
 * `dropout`.
 *
 * @param network a forward graph with one input, the clips, and one output, the logits, which a Gemm gives; the
 *   convolutions with a bias are the ones that are normalised
 * @param names the initializers that are trained
 * @throws MsanetError `GRAPH_INVALID` when the logits do not come from a Gemm
 */
export function trainingGraph(network: Model, names: readonly string[]): TrainingGraph {
  const { model, layers } = normalizeConvolutions(network);
  const parameters = [...names, ...layers.map(({ scale }) => scale)];
  const forward = promoteInitializers(dropFeatures(model), parameters);
  const builder = GraphBuilder.from(forward);
  builder.clearOutputs();
  const value = (name: string): Value => builder.find(name) as Value;
  const logits = value(network.graph.outputs[0].name);
  const [batch] = logits.shape;
  const targets = builder.input('targets', 'float32', logits.shape);
  const emit = new Emitter(builder, 'loss');
  const logarithms = emit.node('LogSoftmax', [logits], { axis: int(1) });
  const loss = emit.neg(emit.sum(emit.mul(logarithms, targets), [1], false));
  const gradients = appendGradients(builder, {
    outputs: [{ value: loss, cotangent: emit.full('float32', loss.shape, 1 / batch) }],
    wrt: parameters.map(value),
  });
  builder.output(logits, 'logits');
  builder.output(loss, 'loss');
  for (const [name, gradient] of gradients) builder.output(gradient, `gradient.${name}`);
  for (const { mean, variance } of layers.flatMap(({ applications }) => applications)) {
    builder.output(value(mean));
    builder.output(value(variance));
  }
  const features = value(dropoutInput).shape[1];
  return { model: builder.build(), parameters, layers, features };
}

const dropoutInput = 'dropout';

/** Multiplies what stands in front of the classifier by a new input. */
function dropFeatures(model: Model): Model {
  const { graph } = model;
  const [output] = graph.outputs;
  const classifier = graph.nodes.find(({ outputs }) => outputs[0] === output.name);
  const weight = graph.initializers.get(classifier?.inputs[1] ?? '');
  const [batch] = output.shape ?? [];
  if (classifier?.opType !== 'Gemm' || weight === undefined || typeof batch !== 'number') {
    throw new MsanetError({
      code: 'GRAPH_INVALID',
      where: `training of ${graph.name}`,
      expected: 'logits (batch, classes) that a Gemm with a constant weight gives',
      got: classifier?.opType ?? 'no node that gives them',
      remedy: 'end the network in a fully connected layer',
    });
  }
  const dropped = `${classifier.inputs[0]}.dropped`;
  const drop: Node = {
    name: dropped,
    opType: 'Mul',
    domain: '',
    inputs: [classifier.inputs[0], dropoutInput],
    outputs: [dropped],
    attributes: {},
  };
  const nodes = graph.nodes.flatMap((node) =>
    node === classifier ? [drop, { ...node, inputs: [dropped, ...node.inputs.slice(1)] }] : [node],
  );
  const input = {
    name: dropoutInput,
    dtype: 'float32' as const,
    shape: [batch, weight.shape[1]],
  };
  return { ...model, graph: { ...graph, nodes, inputs: [...graph.inputs, input] } };
}
