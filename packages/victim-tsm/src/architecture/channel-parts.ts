import { int64, sizeOf, type Tensor } from '@msanet/tensor';
import { int, type GraphBuilder, type Value } from '@msanet/onnx';
import { applyConvolution, weightOf } from './convolution.js';
import type { ConvolutionLayer } from './layer.js';
import type { TsmWeights } from './weights.js';

/**
 * Features as one or more tensors (frames, channels of the part, height, width), which are meant one behind the other
 * along the channels.
 *
 * A temporal shift moves a quarter of the channels. Where these are a tensor of their own, only they are copied, and
 * the others stay in the layout that the runtime's convolutions like.
 */
export type ChannelParts = readonly Value[];

/** Features as parts of so many channels. */
export function cutIntoParts(
  builder: GraphBuilder,
  features: Value,
  lengths: readonly number[],
  name: string,
): ChannelParts {
  if (lengths.length === 1) return [features];
  const sizes = builder.constant(int64(lengths), `${name}.sizes`);
  return builder.applyMany('Split', [features, sizes], { axis: int(1) }, lengths.length, name);
}

/** The features that parts are cut from. */
export function joinParts(builder: GraphBuilder, parts: ChannelParts, name: string): Value {
  if (parts.length === 1) return parts[0];
  return builder.apply('Concat', parts, { axis: int(1) }, name);
}

/**
 * A layer's convolution from parts to parts: each part of the result is the sum, over the parts of the input, of their
 * convolution by that share of the weight.
 *
 * @param lengths channels of each part of the result
 * @throws MsanetError `GRAPH_INVALID` when the weights lack the layer or have another shape for it
 */
export function convolutionOfParts(
  builder: GraphBuilder,
  input: ChannelParts,
  layer: ConvolutionLayer,
  weights: TsmWeights,
  lengths: readonly number[] = [layer.shape[0]],
): ChannelParts {
  const { name, shape } = layer;
  const weight = weightOf(weights, `${name}.weight`, shape);
  const bias = weightOf(weights, `${name}.bias`, [shape[0]]);
  const inputs = ranges(input.map((part) => part.shape[1]));
  return ranges(lengths).map((outputs) => {
    const terms = input.map((part, index) => {
      const share = sliced(sliced(weight, 0, outputs), 1, inputs[index]);
      // The bias is added once.
      const offset = index === 0 ? sliced(bias, 0, outputs) : undefined;
      return applyConvolution(builder, part, layer, share, offset);
    });
    return terms.reduce((sum, term) => builder.apply('Add', [sum, term], {}, `${name}.sum`));
  });
}

/** The sum of features cut into the same parts. */
export function sumOfParts(
  builder: GraphBuilder,
  a: ChannelParts,
  b: ChannelParts,
  name: string,
): ChannelParts {
  return a.map((part, index) => builder.apply('Add', [part, b[index]], {}, name));
}

/** Neighbouring elements of an axis. */
interface Range {
  readonly start: number;
  readonly length: number;
}

/** The ranges that parts of the given lengths have, one behind the other. */
function ranges(lengths: readonly number[]): Range[] {
  let end = 0;
  return lengths.map((length) => ({ start: (end += length) - length, length }));
}

/** A range of one axis of a tensor. */
function sliced(
  tensor: Tensor<'float32'>,
  axis: number,
  { start, length }: Range,
): Tensor<'float32'> {
  const { shape, data } = tensor;
  if (length === shape[axis]) return tensor;
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const result = new Float32Array(outer * length * inner);
  for (let index = 0; index < outer; index++) {
    const from = (index * shape[axis] + start) * inner;
    result.set(data.subarray(from, from + length * inner), index * length * inner);
  }
  return { dtype: 'float32', shape: shape.with(axis, length), data: result };
}
