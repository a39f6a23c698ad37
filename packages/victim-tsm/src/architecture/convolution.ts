import { MsanetError, formatShape, sameShape } from '@msanet/tensor';
import { int, ints, type GraphBuilder, type Value } from '@msanet/onnx';
import type { ConvolutionLayer } from './layer.js';
import type { TsmWeights } from './weights.js';

/**
 * A layer's convolution with its bias, padded so that stride 1 would keep the size.
 *
 * @throws MsanetError `GRAPH_INVALID` when the weights lack the layer or have another shape for it
 */
export function convolution(
  builder: GraphBuilder,
  input: Value,
  layer: ConvolutionLayer,
  weights: TsmWeights,
): Value {
  const [, , height, width] = layer.shape;
  const pads = [(height - 1) / 2, (width - 1) / 2];
  const weight = weightOf(builder, weights, `${layer.name}.weight`, layer.shape);
  const bias = weightOf(builder, weights, `${layer.name}.bias`, [layer.shape[0]]);
  const attributes = {
    kernel_shape: ints([height, width]),
    strides: ints([layer.stride, layer.stride]),
    pads: ints([...pads, ...pads]),
    group: int(layer.groups),
  };
  return builder.apply('Conv', [input, weight, bias], attributes, layer.name);
}

/** A weight as an initializer of that name. */
export function weightOf(
  builder: GraphBuilder,
  weights: TsmWeights,
  name: string,
  shape: readonly number[],
): Value {
  const tensor = weights.get(name);
  if (tensor !== undefined && sameShape(tensor.shape, shape)) return builder.constant(tensor, name);
  throw new MsanetError({
    code: 'GRAPH_INVALID',
    where: `TSM, weight ${name}`,
    expected: `shape ${formatShape(shape)}`,
    got: tensor === undefined ? 'no such weight' : `shape ${formatShape(tensor.shape)}`,
    remedy: 'pass the weights of this configuration',
  });
}

/** max(x, 0). */
export function relu(builder: GraphBuilder, x: Value, name: string): Value {
  return builder.apply('Relu', [x], {}, name);
}

/** min(max(x, 0), 6). */
export function relu6(builder: GraphBuilder, x: Value, name: string): Value {
  const limit = (value: number): Value =>
    builder.constant(
      { dtype: 'float32', shape: [], data: Float32Array.of(value) },
      `${name}.${value}`,
    );
  return builder.apply('Clip', [x, limit(0), limit(6)], {}, name);
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
