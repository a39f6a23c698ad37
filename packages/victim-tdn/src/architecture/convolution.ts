import { MsanetError, formatShape, sameShape, type Tensor } from '@msanet/tensor';
import { int, ints, type GraphBuilder, type Value } from '@msanet/onnx';
import type { TdnLayer } from './layer.js';
import type { TdnWeights } from './weights.js';

/** How a layer's convolution is applied. */
export interface ConvolutionOptions {
  readonly stride?: number;
  readonly groups?: number;
  /**
   * What the input is to be multiplied by, as a whole or one number per input channel. The weights are multiplied instead,
   * which saves a pass over the features.
   */
  readonly inputScale?: number | readonly number[];
}

/**
 * A layer's convolution with its bias, if it has one, padded so that stride 1 keeps the size.
 *
 * @throws MsanetError `GRAPH_INVALID` when the weights lack the layer or have another shape for it
 */
export function convolution(
  builder: GraphBuilder,
  input: Value,
  { name, shape, normalization }: TdnLayer,
  weights: TdnWeights,
  { stride = 1, groups = 1, inputScale = 1 }: ConvolutionOptions = {},
): Value {
  const [, , height, width] = shape;
  const pads = [(height - 1) / 2, (width - 1) / 2];
  const scaled = scaleInput(weightTensor(weights, `${name}.weight`, shape), inputScale);
  const weight = builder.constant(scaled, `${name}.weight`);
  const bias =
    normalization === undefined
      ? undefined
      : weightOf(builder, weights, `${name}.bias`, [shape[0]]);
  const attributes = {
    kernel_shape: ints([height, width]),
    strides: ints([stride, stride]),
    pads: ints([...pads, ...pads]),
    group: int(groups),
  };
  return builder.apply('Conv', [input, weight, bias], attributes, name);
}

/** A weight as an initializer of that name. */
export function weightOf(
  builder: GraphBuilder,
  weights: TdnWeights,
  name: string,
  shape: readonly number[],
): Value {
  return builder.constant(weightTensor(weights, name, shape), name);
}

/**
 * A weight by its name.
 *
 * @throws MsanetError `GRAPH_INVALID` when there is none of that shape
 */
export function weightTensor(
  weights: TdnWeights,
  name: string,
  shape: readonly number[],
): Tensor<'float32'> {
  const tensor = weights.get(name);
  if (tensor !== undefined && sameShape(tensor.shape, shape)) return tensor;
  throw new MsanetError({
    code: 'GRAPH_INVALID',
    where: `TDN, weight ${name}`,
    expected: `shape ${formatShape(shape)}`,
    got: tensor === undefined ? 'no such weight' : `shape ${formatShape(tensor.shape)}`,
    remedy: 'pass the weights of this configuration',
  });
}

/** max(x, 0). */
export function relu(builder: GraphBuilder, x: Value, name: string): Value {
  return builder.apply('Relu', [x], {}, name);
}

/** The maximum of 3×3 pixels at stride 2, padded by 1. */
export function maxPool(builder: GraphBuilder, x: Value, name: string): Value {
  const attributes = {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  };
  return builder.apply('MaxPool', [x], attributes, name);
}

/** The mean of 2×2 pixels, without an odd last row or column. */
export function halve(builder: GraphBuilder, x: Value, name: string): Value {
  const attributes = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
  return builder.apply('AveragePool', [x], attributes, name);
}

function scaleInput(
  tensor: Tensor<'float32'>,
  scale: number | readonly number[],
): Tensor<'float32'> {
  if (scale === 1) return tensor;
  const [, inputs, height, width] = tensor.shape;
  const factor = typeof scale === 'number' ? () => scale : (input: number) => scale[input];
  const data = tensor.data.map(
    (value, index) => value * factor(Math.floor(index / (height * width)) % inputs),
  );
  return { ...tensor, data };
}
