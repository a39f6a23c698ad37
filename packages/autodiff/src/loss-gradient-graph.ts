import { GraphBuilder, type Model } from '@msanet/onnx';
import { appendGradients } from './append-gradients.js';
import { Emitter } from './emitter.js';
import { finished, valueOf } from './gradient-graph.js';
import { appendLoss } from './losses/append-loss.js';
import { lossClasses, type LossForm } from './losses/loss-form.js';
import type { PatternChoice } from './graph-patterns.js';
import { promoteInitializers } from './promote-initializers.js';
import type { VjpTable } from './vjp-rule.js';

/** What a loss-gradient graph computes. */
export interface LossGradientOptions {
  /** Name of the graph input that holds the clips. */
  readonly input: string;
  /** Name of the value that holds the logits, (batch, classes). */
  readonly logits: string;
  readonly loss: LossForm;
  /** Whether the gradient with respect to the clips is wanted. Default true. */
  readonly inputGradient?: boolean;
  /** Names of initializers that become graph inputs and whose gradients are wanted, for training. Default none. */
  readonly parameters?: readonly string[];
  /** Entries that replace or extend the table of rules. */
  readonly rules?: VjpTable;
  /** Graph patterns to do without, see `GradientRequest`. */
  readonly patterns?: PatternChoice;
}

/**
 * Turns a forward graph into one that also returns the loss and its gradient.
 *
 * Inputs: those of the graph, then int64 (batch) `labels` and `targets` as far as the loss takes them, see
 * `lossClasses`. Outputs: `logits` (batch, classes), `loss` (batch), `gradient` in the shape of the clips, and
 * `gradient.NAME` for every parameter. The gradients are those of the sum of all losses, so that the gradient of one
 * clip does not depend on the other clips of the batch.
 *
 * @param model a graph of fixed shapes
 * @throws MsanetError `GRAPH_INVALID` when a name is not in the graph; otherwise as `appendLoss` and `appendGradients`
 */
export function lossGradientGraph(model: Model, options: LossGradientOptions): Model {
  const { loss: form, parameters = [], inputGradient = true, rules, patterns } = options;
  const forward = parameters.length > 0 ? promoteInitializers(model, parameters) : model;
  const builder = GraphBuilder.from(forward);
  builder.clearOutputs();
  const input = valueOf(builder, options.input);
  const logits = valueOf(builder, options.logits);
  const classes = Object.fromEntries(
    lossClasses(form.kind).map((name) => [name, builder.input(name, 'int64', [logits.shape[0]])]),
  );
  const loss = appendLoss(builder, form, logits, classes);
  const ones = new Emitter(builder, 'loss').full(loss.dtype, loss.shape, 1);
  const gradients = appendGradients(builder, {
    outputs: [{ value: loss, cotangent: ones }],
    wrt: [...(inputGradient ? [input] : []), ...parameters.map((name) => valueOf(builder, name))],
    ...(rules === undefined ? {} : { rules }),
    ...(patterns === undefined ? {} : { patterns }),
  });
  builder.output(logits, 'logits');
  builder.output(loss, 'loss');
  for (const [name, gradient] of gradients) {
    builder.output(gradient, name === input.name ? 'gradient' : `gradient.${name}`);
  }
  return finished(builder, patterns);
}
