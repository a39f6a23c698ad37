import type { ClipSize } from '@msanet/core';
import { GraphBuilder, int, ints, string, type Model, type Value } from '@msanet/onnx';
import { float32, int64, type Tensor } from '@msanet/tensor';
import type { Head } from './heads.js';
import { framesSeen, kernelSize, parameterSpecs } from './parameters.js';

/** Regions of the coarse spatial grid along the shorter side of a frame. */
const gridRegions = 7;

/** Shape of the network: what it sees and which heads it has. */
export interface NetworkConfig {
  readonly size: ClipSize;
  /** Feature channels, the saliency included. */
  readonly channels: number;
  readonly heads: readonly Head[];
}

/**
 * The attention network as a graph.
 *
 * Inputs: `features` (frames, channels, height, width) and one input per parameter. Outputs: `mask` (frames, 1, height,
 * width) and one output per head, of the same shape.
 *
 * Multiplexing: the mask is the product of all heads, M = g_t ⊙ up(g_s) ⊙ f_t ⊙ f_s, divided by its maximum over the
 * clip. Coarse gates choose frames and regions; fine maps modulate inside what was chosen.
 */
export function attentionNetwork(config: NetworkConfig): Model {
  const { size, channels, heads } = config;
  const builder = new GraphBuilder({ name: 'multigranular-attention' });
  const features = builder.input('features', 'float32', [
    size.frames,
    channels,
    size.height,
    size.width,
  ]);
  const parameters = new Map(
    parameterSpecs(heads, channels).map((spec) => [
      spec.name,
      builder.input(spec.name, 'float32', spec.shape),
    ]),
  );
  const needsNeighbours = heads.some((head) => framesSeen[head] === 3);
  const neighbours = needsNeighbours ? withNeighbours(builder, features) : features;

  const gates = heads.map((head) => {
    const seen = framesSeen[head] === 3 ? neighbours : features;
    const weight = (part: string): Value => parameters.get(`${head}.${part}`) as Value;
    const gate = headGraph(builder, head, seen, weight, size);
    return builder.output(gate, head);
  });
  const product = gates.reduce((left, right) => builder.apply('Mul', [left, right], {}, 'product'));
  const highest = builder.apply('ReduceMax', [product], { keepdims: int(1) }, 'highest');
  const floor = builder.constant(scalar(1e-12), 'floor');
  const mask = builder.apply(
    'Div',
    [product, builder.apply('Max', [highest, floor])],
    {},
    'scaled',
  );
  const full = builder.apply(
    'Expand',
    [mask, builder.constant(int64([size.frames, 1, size.height, size.width]), 'clip-shape')],
    {},
    'full',
  );
  builder.output(full, 'mask');
  return builder.build();
}

/** Two convolutions and a sigmoid on what the head looks at, in the shape of the mask. */
function headGraph(
  builder: GraphBuilder,
  head: Head,
  seen: Value,
  weight: (part: string) => Value,
  size: ClipSize,
): Value {
  const pooled = poolFor(builder, head, seen, size);
  const kernel = kernelSize[head];
  const margin = (kernel - 1) / 2;
  const hidden = builder.apply(
    'Conv',
    [pooled, weight('hidden.weight'), weight('hidden.bias')],
    { kernel_shape: ints([kernel, kernel]), pads: ints([margin, margin, margin, margin]) },
    `${head}.hidden`,
  );
  const active = builder.apply('Relu', [hidden], {}, `${head}.active`);
  const score = builder.apply(
    'Conv',
    [active, weight('output.weight'), weight('output.bias')],
    { kernel_shape: ints([1, 1]) },
    `${head}.score`,
  );
  const gate = builder.apply('Sigmoid', [score], {}, `${head}.gate`);
  return spread(builder, head, gate, size);
}

/** Coarse heads look at averages: over the whole frame, or over the regions of a grid. */
function poolFor(builder: GraphBuilder, head: Head, seen: Value, size: ClipSize): Value {
  if (head === 'temporal-select') return builder.apply('GlobalAveragePool', [seen]);
  if (head !== 'spatial-select') return seen;
  const region = Math.max(1, Math.floor(Math.min(size.height, size.width) / gridRegions));
  return builder.apply('AveragePool', [seen], {
    kernel_shape: ints([region, region]),
    strides: ints([region, region]),
  });
}

/** Brings a gate to the shape of the mask. */
function spread(builder: GraphBuilder, head: Head, gate: Value, size: ClipSize): Value {
  const shape = [size.frames, 1, size.height, size.width];
  if (head === 'temporal-select') {
    return builder.apply('Expand', [gate, builder.constant(int64(shape), 'clip-shape')]);
  }
  if (head !== 'spatial-select') return gate;
  return builder.apply(
    'Resize',
    [gate, undefined, undefined, builder.constant(int64(shape), 'clip-shape')],
    { mode: string('linear'), coordinate_transformation_mode: string('half_pixel') },
  );
}

/** Each frame with the one before and the one after, along the channels; the first and last frame repeat. */
function withNeighbours(builder: GraphBuilder, features: Value): Value {
  const frames = features.shape[0];
  if (frames === 1)
    return builder.apply('Concat', [features, features, features], { axis: int(1) });
  const slice = (from: number, to: number): Value =>
    builder.apply('Slice', [
      features,
      builder.constant(int64([from]), 'from'),
      builder.constant(int64([to]), 'to'),
      builder.constant(int64([0]), 'axis'),
    ]);
  const before = builder.apply('Concat', [slice(0, 1), slice(0, frames - 1)], { axis: int(0) });
  const after = builder.apply('Concat', [slice(1, frames), slice(frames - 1, frames)], {
    axis: int(0),
  });
  return builder.apply('Concat', [before, features, after], { axis: int(1) }, 'neighbours');
}

function scalar(value: number): Tensor<'float32'> {
  return float32([value], []);
}
