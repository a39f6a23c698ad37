import type { ClipSize } from '@msanet/core';
import {
  GraphBuilder,
  fixShapes,
  foldBatchNormalization,
  foldConstants,
  inferGraph,
  opsetOf,
  type Dimension,
  type Model,
  type ValueInfo,
} from '@msanet/onnx';
import { MsanetError, type Shape } from '@msanet/tensor';
import { describeValue, unsupported } from './forward-graph.js';
import { normalizeClips, type PixelNormalization } from './network/normalize-clips.js';
import { reshape } from './network/reshape.js';
import { prefixValues } from './prefix-values.js';

/**
 * How a model takes its clips: `ntchw` (batch, frames, 3, height, width), or `frames` (batch · frames, 3, height, width),
 * the frames of a clip one after the other.
 */
export type ClipLayout = 'ntchw' | 'frames';

/** What a model file does not say, or says only sometimes. */
export interface ImportOptions {
  /** By default the one that the rank of the input tells. */
  readonly layout?: ClipLayout | undefined;
  /** Frames per clip, where the model leaves them open or folds them into the batch. */
  readonly frames?: number | undefined;
  /** Height of a frame, where the model leaves it open. */
  readonly height?: number | undefined;
  /** Width of a frame, where the model leaves it open. */
  readonly width?: number | undefined;
  /** Normalisation to put before the model; none by default, for a model that takes values in [0, 1]. */
  readonly normalization?: PixelNormalization | undefined;
}

/** A model in the form that `createOnnxVictim` takes. */
export interface ImportedModel {
  readonly model: Model;
  readonly input: ClipSize;
  /** Clips per run: what the model fixes, else 1. */
  readonly batch: number;
}

/** Put before the names of the model's own values, so that they meet no other. */
const prefix = 'model/';

/**
 * Turns a classifier of clips from anywhere into a forward graph of fixed shapes with input `clips` and output `logits`.
 *
 * @param where the file, for the error
 * @throws MsanetError `MODEL_UNSUPPORTED` when it has several inputs or outputs, or ones of another form;
 *   `OPERATOR_UNSUPPORTED` naming node, operator and opset; `SHAPE_MISMATCH` when an option contradicts the model
 */
export function importModel(
  model: Model,
  options: ImportOptions = {},
  where = 'model',
): ImportedModel {
  const source = clipInput(model, where);
  const { batch, input, shape } = clipShape(source, options, where);
  const fixed = simplified(fixShapes(model, { inputs: { [source.name]: shape } }));
  const logits = logitsOutput(fixed, batch, where);
  const inner = prefixValues(fixed.graph, prefix);

  const prelude = new GraphBuilder({ name: model.graph.name, opset: opsetOf(model) });
  const size = [batch, input.frames, 3, input.height, input.width];
  const clips = prelude.input('clips', 'float32', size);
  const { normalization } = options;
  const pixels =
    normalization === undefined ? clips : normalizeClips(prelude, clips, normalization);
  const fed =
    pixels.shape.length === shape.length ? pixels : reshape(prelude, pixels, shape, 'fed');
  prelude.output(fed, prefix + source.name);
  const before = prelude.build().graph;
  return {
    input,
    batch,
    model: {
      ...fixed,
      graph: {
        ...inner,
        inputs: before.inputs,
        nodes: [...before.nodes, ...inner.nodes, renamed(prefix + logits.name, 'logits')],
        outputs: [{ ...logits, name: 'logits' }],
        initializers: new Map([...before.initializers, ...inner.initializers]),
      },
    },
  };
}

/** The model without what its exporter left to be computed again in every run. */
function simplified(model: Model): Model {
  return foldBatchNormalization(foldConstants(model));
}

/** The one input that is not a weight. */
function clipInput({ graph }: Model, where: string): ValueInfo {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const [input] = inputs;
  if (inputs.length === 1 && input.dtype === 'float32' && input.shape !== undefined) return input;
  throw unsupported(where, 'one float32 input of known rank for the clips', inputs);
}

/** The input's shape in numbers, and what it says about the clips. */
function clipShape(
  input: ValueInfo,
  options: ImportOptions,
  where: string,
): { readonly batch: number; readonly input: ClipSize; readonly shape: Shape } {
  const declared = input.shape ?? [];
  const layout = options.layout ?? (declared.length === 4 ? 'frames' : 'ntchw');
  const axes = layout === 'ntchw' ? declared : [undefined, ...declared];
  const [batchAxis, frameAxis, channels, heightAxis, widthAxis] = axes;
  if (axes.length !== 5 || (typeof channels === 'number' && channels !== 3)) {
    const expected = '(batch, frames, 3, height, width) or (batch · frames, 3, height, width)';
    throw unsupported(where, `an input of shape ${expected}`, [input]);
  }
  const height = fixedLength('height', heightAxis, options.height, input, where);
  const width = fixedLength('width', widthAxis, options.width, input, where);
  if (layout === 'ntchw') {
    const batch = typeof batchAxis === 'number' ? batchAxis : 1;
    const frames = fixedLength('frames', frameAxis, options.frames, input, where);
    return { batch, input: { frames, height, width }, shape: [batch, frames, 3, height, width] };
  }
  const frames = options.frames ?? fixedLength('frames', frameAxis, undefined, input, where);
  const rows = typeof frameAxis === 'number' ? frameAxis : frames;
  if (rows % frames !== 0) {
    throw unsupported(where, `an input for clips of ${frames} frames`, [input]);
  }
  const batch = rows / frames;
  return { batch, input: { frames, height, width }, shape: [rows, 3, height, width] };
}

/** A length that the option gives, or else the model. */
function fixedLength(
  option: 'frames' | 'height' | 'width',
  declared: Dimension,
  given: number | undefined,
  input: ValueInfo,
  where: string,
): number {
  const length = given ?? declared;
  if (typeof length === 'number') return length;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `${where}, option ${option}`,
    expected: `a number, since the model leaves ${option} open in ${describeValue(input)}`,
    got: 'nothing',
    remedy: `pass ${option}`,
  });
}

/** The one output, which holds one row of scores per clip. */
function logitsOutput(model: Model, batch: number, where: string): ValueInfo {
  const { outputs } = model.graph;
  const [output] = outputs;
  if (outputs.length === 1) {
    const value = inferGraph(model).get(output.name);
    const logits = { name: output.name, dtype: value?.dtype ?? output.dtype, shape: value?.shape };
    const { shape } = logits;
    const isMatrix = shape?.length === 2 && shape[0] === batch && shape[1] >= 2;
    if (isMatrix && logits.dtype === 'float32') return logits;
    throw unsupported(where, `an output of float32 (${batch}, classes)`, [logits]);
  }
  throw unsupported(where, 'one output, the logits', outputs);
}

function renamed(from: string, to: string) {
  return {
    name: to,
    opType: 'Identity',
    domain: '',
    inputs: [from],
    outputs: [to],
    attributes: {},
  };
}
