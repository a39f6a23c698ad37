import { GraphBuilder, float, int, type Model, type Value } from '@msanet/onnx';
import { Emitter, appendGradients, promoteInitializers } from '@msanet/autodiff';
import { lowerBatchNormalization } from './lower-batch-normalization.js';
import { normalizeConvolutions, type NormalizedLayer } from './normalize-convolutions.js';

/** One step's forward and backward pass as a graph. */
export interface TrainingGraph {
  /**
   * Inputs: the network's clips, `targets` (batch, classes), and every parameter under its name. Outputs: `logits`
   * (batch, classes), `loss` (batch), `gradient.NAME` for every parameter, and the statistics of `layers`.
   */
  readonly model: Model;
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  readonly layers: readonly NormalizedLayer[];
}

/**
 * Makes the graph of one training step from a network's graph in inference.
 *
 * The loss is the cross-entropy −Σ t·log softmax(z) with the targets t that are fed, so smoothed labels are a matter of the
 * targets. Gradients are those of its mean over the batch.
 *
 * @param network a forward graph with one input, the clips, and one output, the logits; its parameters are its float32
 *   initializers with names in `parameters`, its convolutions with a bias are the ones that are normalised
 */
export function trainingGraph(network: Model, names: readonly string[]): TrainingGraph {
  const normalized = normalizeConvolutions(network);
  const parameters = [...names, ...normalized.layers.map(({ scale }) => scale)];
  const builder = GraphBuilder.from(promoteInitializers(normalized.model, parameters));
  builder.clearOutputs();
  const value = (name: string): Value => builder.find(name) as Value;
  const logits = value(network.graph.outputs[0].name);
  const [batch, classes] = logits.shape;
  const targets = builder.input('targets', 'float32', [batch, classes]);
  const emit = new Emitter(builder, 'loss');
  const logarithms = emit.node('LogSoftmax', [logits], { axis: int(1) });
  const loss = emit.neg(emit.sum(emit.mul(logarithms, targets), [1], false));
  const cotangent = emit.full('float32', loss.shape, 1 / batch);
  const gradients = appendGradients(builder, {
    outputs: [{ value: loss, cotangent }],
    wrt: parameters.map(value),
  });
  if (logits.name !== 'logits') builder.output(logits, 'logits');
  else builder.output(logits);
  builder.output(loss, 'loss');
  for (const [name, gradient] of gradients) builder.output(gradient, `gradient.${name}`);
  for (const { mean, variance } of normalized.layers) {
    builder.output(value(mean));
    builder.output(value(variance));
  }
  void float;
  return {
    model: lowerBatchNormalization(builder.build()),
    parameters,
    layers: normalized.layers,
  };
}
