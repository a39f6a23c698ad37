import { int, ints, type GraphBuilder, type Value } from '@msanet/onnx';
import type { TdnLayer } from './layer.js';
import type { InputScale, NetworkWeights } from './network-weights.js';

/** How a layer's convolution is applied. */
export interface ConvolutionOptions {
  readonly stride?: number;
  readonly groups?: number;
  /** What the input is to be multiplied by. The weights are multiplied instead, which saves a pass over the features. */
  readonly inputScale?: InputScale;
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
  weights: NetworkWeights,
  { stride = 1, groups = 1, inputScale = 1 }: ConvolutionOptions = {},
): Value {
  const [, , height, width] = shape;
  const pads = [(height - 1) / 2, (width - 1) / 2];
  const weight = weights.scaled(`${name}.weight`, shape, inputScale);
  const bias = normalization === undefined ? undefined : weights.get(`${name}.bias`, [shape[0]]);
  const attributes = {
    kernel_shape: ints([height, width]),
    strides: ints([stride, stride]),
    pads: ints([...pads, ...pads]),
    group: int(groups),
  };
  return builder.apply('Conv', [input, weight, bias], attributes, name);
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
