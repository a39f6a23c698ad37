import { MsanetError, formatShape, sameShape, type Tensor } from '@msanet/tensor';
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
  const { name, shape } = layer;
  const weight = weightOf(weights, `${name}.weight`, shape);
  const bias = weightOf(weights, `${name}.bias`, [shape[0]]);
  return applyConvolution(builder, input, layer, weight, bias);
}

/** As `convolution`, by a weight that may be a part of the layer's, with or without a bias. */
export function applyConvolution(
  builder: GraphBuilder,
  input: Value,
  { name, shape, stride, groups }: ConvolutionLayer,
  weight: Tensor,
  bias?: Tensor,
): Value {
  const [, , height, width] = shape;
  const pads = [(height - 1) / 2, (width - 1) / 2];
  const operands = [input, builder.constant(weight, `${name}.weight`)];
  if (bias !== undefined) operands.push(builder.constant(bias, `${name}.bias`));
  const attributes = {
    kernel_shape: ints([height, width]),
    strides: ints([stride, stride]),
    pads: ints([...pads, ...pads]),
    group: int(groups),
  };
  return builder.apply('Conv', operands, attributes, name);
}

/**
 * The weight of that name and shape.
 *
 * @throws MsanetError `GRAPH_INVALID` when there is none
 */
export function weightOf(
  weights: TsmWeights,
  name: string,
  shape: readonly number[],
): Tensor<'float32'> {
  const tensor = weights.get(name);
  if (tensor !== undefined && sameShape(tensor.shape, shape)) return tensor;
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

/** Every `stride`-th pixel of every `stride`-th row: the average over single pixels. */
export function strided(builder: GraphBuilder, x: Value, stride: number, name: string): Value {
  if (stride === 1) return x;
  const attributes = { kernel_shape: ints([1, 1]), strides: ints([stride, stride]) };
  return builder.apply('AveragePool', [x], attributes, name);
}
