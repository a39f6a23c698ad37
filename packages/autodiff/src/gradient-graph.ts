import { MsanetError } from '@msanet/tensor';
import { GraphBuilder, explicitPoolPads, type Model, type Value } from '@msanet/onnx';
import { appendGradients } from './append-gradients.js';
import { isFloating } from './constants.js';
import { keepBlocks } from './passes/keep-blocks.js';
import type { PatternChoice } from './graph-patterns.js';
import type { VjpTable } from './vjp-rule.js';

/** A forward graph with its backward pass, whose cotangents are fed. */
export interface GradientGraph {
  readonly model: Model;
  /** The graph input that takes the cotangent of each output. */
  readonly cotangentInputs: Readonly<Record<string, string>>;
  /** The graph output that holds the gradient of each value asked for. */
  readonly gradientOutputs: Readonly<Record<string, string>>;
}

/**
 * A model's vector-Jacobian product: the model, extended by one input per output for its cotangent and one output per
 * gradient. The model's own inputs and outputs stay.
 *
 * @param wrt names of graph inputs, initializers or values between
 * @param options `outputs`: which outputs carry a cotangent, by default all floating-point ones; `rules`
 *   and `patterns`: see `GradientRequest`
 * @throws MsanetError `GRAPH_INVALID` when a name is not in the graph; otherwise as `appendGradients`
 */
export function gradientGraph(
  model: Model,
  wrt: readonly string[],
  options: {
    readonly outputs?: readonly string[];
    readonly rules?: VjpTable;
    readonly patterns?: PatternChoice;
  } = {},
): GradientGraph {
  const builder = GraphBuilder.from(model);
  const names = options.outputs ?? model.graph.outputs.map(({ name }) => name);
  const outputs = names
    .map((name) => valueOf(builder, name))
    .filter((value) => options.outputs !== undefined || isFloating(value.dtype))
    .map((value) => ({
      value,
      cotangent: builder.input(
        `cotangent.${value.name}`,
        isFloating(value.dtype) ? value.dtype : 'float32',
        value.shape,
      ),
    }));
  const gradients = appendGradients(builder, {
    outputs,
    wrt: wrt.map((name) => valueOf(builder, name)),
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    ...(options.patterns === undefined ? {} : { patterns: options.patterns }),
  });
  const gradientOutputs = Array.from(gradients, ([name, gradient]) => [
    name,
    builder.output(gradient, `gradient.${name}`).name,
  ]);
  return {
    model: finished(builder, options.patterns),
    cotangentInputs: Object.fromEntries(
      outputs.map(({ value, cotangent }) => [value.name, cotangent.name]),
    ),
    gradientOutputs: Object.fromEntries(gradientOutputs),
  };
}

/** The model of a gradient graph, after the passes over whole graphs. */
export function finished(builder: GraphBuilder, patterns: PatternChoice = {}): Model {
  const model = explicitPoolPads(builder.build());
  const blocked = patterns['blocked-joins'] ?? true;
  return blocked ? keepBlocks(model, (name) => builder.find(name)) : model;
}

/** The value of that name; `GRAPH_INVALID` when the graph has none. */
export function valueOf(builder: GraphBuilder, name: string): Value {
  const value = builder.find(name);
  if (value !== undefined) return value;
  throw new MsanetError({
    code: 'GRAPH_INVALID',
    where: `gradient graph: ${name}`,
    expected: 'an input, an initializer or the output of a node',
    got: 'a name that the graph does not have',
    remedy: 'correct the name',
  });
}
