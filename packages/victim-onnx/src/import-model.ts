import type { ClipSize } from '@msanet/core';
import {
  GraphBuilder,
  explicitPoolPads,
  fixShapes,
  foldBatchNormalization,
  foldConstants,
  inferGraph,
  inlineControlFlow,
  opsetOf,
  pruneGraph,
  type Model,
  type Node,
  type ValueInfo,
} from '@msanet/onnx';
import { int64, sizeOf, type Tensor } from '@msanet/tensor';
import { arrangeFrames, layoutAxes, type ClipLayout } from './clip-layout.js';
import { clipShape, type ClipShapeOptions } from './clip-shape.js';
import { cutSoftmax } from './cut-softmax.js';
import { unsupported } from './forward-graph.js';
import { normalizeClips, type PixelNormalization } from './network/normalize-clips.js';
import { reshape } from './network/reshape.js';
import { prefixValues } from './prefix-values.js';

/** What a model file does not say, or says only sometimes. */
export interface ImportOptions extends ClipShapeOptions {
  /** The output that holds the scores, where there are several. */
  readonly output?: string | undefined;
  /** Normalisation to put before the model; none by default, for a model that takes values in [0, 1]. */
  readonly normalization?: PixelNormalization | undefined;
}

/** A model in the form that `createOnnxVictim` takes. */
export interface ImportedModel {
  readonly model: Model;
  readonly input: ClipSize;
  readonly layout: ClipLayout;
  /** Clips per run: what the model fixes, else 1. */
  readonly batch: number;
  readonly classes: number;
  /** What was assumed or changed and the user should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Put before the names of the model's own values, so that they meet no other. */
const prefix = 'model/';

/**
 * Turns a classifier of clips from anywhere into a forward graph of fixed shapes with input `clips` and output `logits`.
 *
 * A final Softmax is cut off, constants are folded, and batch normalisation goes into the convolutions.
 *
 * @param where the file, for the error
 * @throws MsanetError `MODEL_UNSUPPORTED` when it has several inputs or outputs, or ones of another form;
 *   `OPTION_INVALID` when it leaves a length open that no option gives; `OPERATOR_UNSUPPORTED` naming node, operator and
 *   opset; `SHAPE_MISMATCH` when an option contradicts the model
 */
export function importModel(
  model: Model,
  options: ImportOptions = {},
  where = 'model',
): ImportedModel {
  const source = clipInput(model, where);
  const { layout, otherLayouts, batch, size, shape } = clipShape(source, options, where);
  const single = selectOutput(model, options.output, where);
  const fixed = simplified(fixShapes(single, { inputs: { [source.name]: shape } }));
  const { value: scores, classes } = scoresOutput(fixed, batch, where);
  const { model: scoring, cut } = cutSoftmax(fixed, scores.name);
  const inner = prefixValues(scoring.graph, prefix);

  const prelude = new GraphBuilder({ name: model.graph.name, opset: opsetOf(model) });
  const clips = prelude.input('clips', 'float32', [batch, size.frames, 3, size.height, size.width]);
  const fed = arrangeFrames(prelude, frames(prelude, clips, options.normalization), layout, batch);
  prelude.output(fed, prefix + source.name);
  const before = prelude.build().graph;
  return {
    input: size,
    layout,
    batch,
    classes,
    notes: [
      ...otherLayouts.slice(0, 1).map((other) => ambiguous(layout, other)),
      ...(cut === undefined ? [] : [`the final Softmax, ${cut}, is cut off: logits are attacked`]),
      ...logarithms(scoring, scores.name),
    ],
    model: {
      ...scoring,
      graph: {
        ...inner,
        inputs: before.inputs,
        nodes: [...before.nodes, ...inner.nodes, asMatrix(prefix + scores.name)],
        outputs: [{ name: 'logits', dtype: 'float32', shape: [batch, classes] }],
        initializers: new Map<string, Tensor>([
          ...before.initializers,
          ...inner.initializers,
          ['logits.shape', int64([batch, classes])],
        ]),
      },
    },
  };
}

/** The model without what its exporter left to be computed again in every run. */
function simplified(model: Model): Model {
  return explicitPoolPads(foldBatchNormalization(foldConstants(inlineControlFlow(model))));
}

/**
 * The one input of a classifier that is not a weight.
 *
 * @throws MsanetError `MODEL_UNSUPPORTED` when there are several, or it is not of float32 and known rank
 */
export function clipInput({ graph }: Model, where: string): ValueInfo {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const [input] = inputs;
  if (inputs.length === 1 && input.dtype === 'float32' && input.shape !== undefined) return input;
  throw unsupported(where, 'one float32 input of known rank for the clips', inputs);
}

/** The model with one output and what it needs. */
function selectOutput(model: Model, output: string | undefined, where: string): Model {
  const { outputs } = model.graph;
  const chosen = output === undefined ? outputs : outputs.filter(({ name }) => name === output);
  if (chosen.length === 1) return pruneGraph(model, [chosen[0].name]);
  const expected =
    output === undefined
      ? 'one output, the logits, or the option output to say which'
      : `an output ${output}`;
  throw unsupported(where, expected, outputs);
}

/** The one output, which holds one row of scores per clip; axes of length one do not count. */
function scoresOutput(
  model: Model,
  batch: number,
  where: string,
): { readonly value: ValueInfo; readonly classes: number } {
  const [output] = model.graph.outputs;
  const inferred = inferGraph(model).get(output.name);
  const value = {
    name: output.name,
    dtype: inferred?.dtype ?? output.dtype,
    shape: inferred?.shape,
  };
  const [rows, ...axes] = value.shape ?? [];
  const classes = sizeOf(axes);
  const isRow = rows === batch && axes.filter((length) => length !== 1).length === 1;
  if (isRow && value.dtype === 'float32' && classes >= 2) return { value, classes };
  throw unsupported(where, `an output of float32 (${batch}, classes)`, [value]);
}

/** Clips as frames, (batch · frames, 3, height, width), normalised where that is asked for. */
function frames(
  builder: GraphBuilder,
  clips: ReturnType<GraphBuilder['input']>,
  normalization: PixelNormalization | undefined,
): ReturnType<GraphBuilder['input']> {
  if (normalization !== undefined) return normalizeClips(builder, clips, normalization);
  const [batch, count, ...image] = clips.shape;
  return reshape(builder, clips, [batch * count, ...image], 'frames');
}

function ambiguous(layout: ClipLayout, other: ClipLayout): string {
  return `the input is read as ${layout} ${layoutAxes[layout]}, but could be ${other} ${layoutAxes[other]}: give layout to be sure`;
}

/** What to know where a classifier gives logarithms of probabilities. */
function logarithms({ graph }: Model, scores: string): string[] {
  const maker = graph.nodes.find(({ outputs }) => outputs[0] === scores);
  return maker?.opType === 'LogSoftmax'
    ? [`the final LogSoftmax, ${maker.name}, stays: its values serve as logits`]
    : [];
}

/** The node that names the scores `logits`, as (batch, classes). */
function asMatrix(scores: string): Node {
  return {
    name: 'logits',
    opType: 'Reshape',
    domain: '',
    inputs: [scores, 'logits.shape'],
    outputs: ['logits'],
    attributes: {},
  };
}
