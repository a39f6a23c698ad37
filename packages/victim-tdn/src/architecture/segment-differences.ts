import { int64, zeros } from '@msanet/tensor';
import { string, type GraphBuilder, type Value } from '@msanet/onnx';
import { reshape } from '@msanet/victim-onnx';
import { convolution, halve } from './convolution.js';
import type { DifferenceLayers } from './layer.js';
import { resizeNearest } from './resize.js';
import type { NetworkWeights } from './network-weights.js';

/**
 * The excitation of a clip's features by the differences between its segments (Wang et al., CVPR 2021, section 3.3, as the
 * authors' code computes it): x + x ⊙ y with y = (σ(f) + σ(b)) / 2 − 1/2, where f looks at the difference to the next
 * segment and b at that to the one before.
 *
 * What is returned is twice that, x ⊙ (σ(f) + σ(b)) + x, which needs no constants: the convolution after it takes the half.
 */
export function twiceExcited(
  builder: GraphBuilder,
  x: Value,
  layers: DifferenceLayers,
  weights: NetworkWeights,
  segments: number,
): Value {
  const { squeeze, smooth, expand } = layers;
  const squeezed = convolution(builder, x, squeeze, weights);
  const smoothed = convolution(builder, squeezed, smooth, weights, { groups: smooth.shape[0] });
  const [next, previous] = differences(builder, squeezed, smoothed, segments, smooth.name).map(
    (difference) => {
      const sum = threeScales(builder, difference, layers, weights);
      // The mean of three: the sum, and a third of the weights.
      const expanded = convolution(builder, sum, expand, weights, { inputScale: 1 / 3 });
      return builder.apply('Sigmoid', [expanded], {}, `${expand.name}.sigmoid`);
    },
  );
  const gate = builder.apply('Add', [next, previous], {}, `${expand.name}.gate`);
  const product = builder.apply('Mul', [x, gate], {}, `${expand.name}.product`);
  return builder.apply('Add', [product, x], {}, `${expand.name}.excited`);
}

/** A difference as it is, convolved, and convolved at half the scale, added. */
function threeScales(
  builder: GraphBuilder,
  difference: Value,
  { fullScale, halfScale }: DifferenceLayers,
  weights: NetworkWeights,
): Value {
  const [, , height, width] = difference.shape;
  const full = convolution(builder, difference, fullScale, weights);
  const halved = halve(builder, difference, `${halfScale.name}.pool`);
  const half = resizeNearest(
    builder,
    convolution(builder, halved, halfScale, weights),
    [height, width],
    `${halfScale.name}.resized`,
  );
  const sum = builder.apply('Add', [difference, full], {}, `${fullScale.name}.sum`);
  return builder.apply('Add', [sum, half], {}, `${halfScale.name}.sum`);
}

/**
 * What the smoothed neighbour has more than the segment itself: for the next segment, and for the one before; zero where
 * the clip has no such segment.
 */
function differences(
  builder: GraphBuilder,
  squeezed: Value,
  smoothed: Value,
  segments: number,
  name: string,
): [Value, Value] {
  const { shape } = squeezed;
  if (segments === 1) {
    const none = builder.constant(zeros('float32', shape), `${name}.none`);
    return [none, none];
  }
  const apart = [shape[0] / segments, segments, ...shape.slice(1)];
  const [own, neighbours] = [squeezed, smoothed].map((value, index) =>
    reshape(builder, value, apart, `${name}.apart${index}`),
  );
  const slice = (value: Value, start: number, part: string): Value => {
    const operands = [start, start + segments - 1, 1].map((number, index) =>
      builder.constant(int64([number]), `${name}.${part}.${['start', 'end', 'axis'][index]}`),
    );
    return builder.apply('Slice', [value, ...operands], {}, `${name}.${part}`);
  };
  const difference = (neighbour: 0 | 1, part: string): Value => {
    const more = builder.apply(
      'Sub',
      [slice(neighbours, neighbour, `${part}.there`), slice(own, 1 - neighbour, `${part}.here`)],
      {},
      `${name}.${part}`,
    );
    const pads = [0, 1].map((end) => [0, end === neighbour ? 1 : 0, 0, 0, 0]).flat();
    const amounts = builder.constant(int64(pads), `${name}.${part}.pads`);
    const padded = builder.apply(
      'Pad',
      [more, amounts],
      { mode: string('constant') },
      `${name}.${part}.padded`,
    );
    return reshape(builder, padded, shape, `${name}.${part}.together`);
  };
  return [difference(1, 'next'), difference(0, 'previous')];
}
