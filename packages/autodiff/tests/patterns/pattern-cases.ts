import { float32, sizeOf, type Random, type Tensor } from '@msanet/tensor';
import {
  GraphBuilder,
  int,
  ints,
  string,
  type Attributes,
  type Model,
  type Value,
} from '@msanet/onnx';
import type { GraphPattern } from '../../src/index.js';

/** A model with input `x` and output `y`, in which a pattern applies. */
export interface PatternCase {
  readonly detail: string;
  readonly model: Model;
  readonly x: Tensor<'float32'>;
}

/** Draws a model in which the pattern applies, and an input for it. */
export type CaseOfPattern = (random: Random) => PatternCase;

/** One of the numbers from `low` to `high`. */
function draw(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

function normal(random: Random, shape: readonly number[]): Tensor<'float32'> {
  return float32(random.fillNormal(new Float64Array(sizeOf(shape))), shape);
}

/** Values of which many are equal, some zero and some negative, as behind a convolution of black borders. */
function tied(random: Random, shape: readonly number[]): Tensor<'float32'> {
  return float32(
    Array.from({ length: sizeOf(shape) }, () => random.integer(5) - 2),
    shape,
  );
}

function caseOf(
  detail: string,
  x: Tensor<'float32'>,
  build: (builder: GraphBuilder, x: Value) => Value,
): PatternCase {
  const builder = new GraphBuilder();
  builder.output(build(builder, builder.input('x', 'float32', x.shape)), 'y');
  return { detail, model: builder.build(), x };
}

/** A window that fits an axis of some length; the stride is at least 2 where `strided`. */
function drawWindow(random: Random, kernel: readonly [number, number], strided: boolean) {
  const axes = [0, 1].map(() => {
    const taps = draw(random, ...kernel);
    const dilation = taps > 1 && random.integer(4) === 0 ? 2 : 1;
    const reach = dilation * (taps - 1);
    const before = taps === 1 ? 0 : random.integer(Math.min(taps, 4));
    const after = taps === 1 ? 0 : random.integer(Math.min(taps, 4));
    const stride = draw(random, strided ? 2 : 1, 3);
    const length = Math.max(reach + 1 - before - after, 1) + random.integer(8);
    return { taps, dilation, before, after, stride, length };
  });
  const attributes: Attributes = {
    kernel_shape: ints(axes.map(({ taps }) => taps)),
    strides: ints(axes.map(({ stride }) => stride)),
    dilations: ints(axes.map(({ dilation }) => dilation)),
    pads: ints([...axes.map(({ before }) => before), ...axes.map(({ after }) => after)]),
  };
  const [rows, columns] = axes;
  const detail = axes
    .map((axis) =>
      [axis.length, axis.taps, axis.stride, axis.dilation, axis.before, axis.after].join(' '),
    )
    .join(', ');
  return {
    attributes,
    taps: [rows.taps, columns.taps],
    size: [rows.length, columns.length],
    detail,
  };
}

function convolved(kernel: readonly [number, number], channels: readonly [number, number]) {
  return (random: Random): PatternCase => {
    const { attributes, taps, size, detail } = drawWindow(random, kernel, true);
    const [maps, inputs] = [draw(random, 1, 3), draw(random, ...channels)];
    const weight = normal(random, [maps, inputs, ...taps]);
    const x = normal(random, [2, inputs, ...size]);
    return caseOf(`${inputs} channels, ${detail}`, x, (builder, value) =>
      builder.apply('Conv', [value, builder.constant(weight)], attributes),
    );
  };
}

function pooled(place: 'alone' | 'ReLU first' | 'ReLU last', channels: number) {
  return (random: Random): PatternCase => {
    const { attributes, size, detail } = drawWindow(random, [1, 4], false);
    const x = tied(random, [2, channels, ...size]);
    const ceil = random.integer(3) === 0;
    return caseOf(`${place}, ${detail}${ceil ? ', ceil mode' : ''}`, x, (builder, value) => {
      const relu = (operand: Value): Value => builder.apply('Relu', [operand]);
      const before = place === 'ReLU first' ? relu(value) : value;
      const mode = { ...attributes, ceil_mode: int(ceil ? 1 : 0) };
      const pool = builder.apply('MaxPool', [before], mode);
      return place === 'ReLU last' ? relu(pool) : pool;
    });
  };
}

/** Any of several cases. */
function oneOf(...cases: readonly CaseOfPattern[]): CaseOfPattern {
  return (random) => cases[random.integer(cases.length)](random);
}

function unary(opType: string): CaseOfPattern {
  return (random) => {
    const x = normal(random, [draw(random, 1, 4), draw(random, 1, 5)]);
    return caseOf(opType, x, (builder, value) => builder.apply(opType, [value]));
  };
}

const enlarged: CaseOfPattern = (random) => {
  const factors = [draw(random, 1, 3), draw(random, 2, 3)];
  const x = normal(random, [2, draw(random, 1, 4), draw(random, 1, 4), draw(random, 1, 4)]);
  const coordinates = ['asymmetric', 'half_pixel'][random.integer(2)];
  const rounding = coordinates === 'asymmetric' ? 'floor' : 'round_prefer_floor';
  return caseOf(`${coordinates}, by ${factors.join(' × ')}`, x, (builder, value) => {
    const scales = builder.constant(float32([1, 1, ...factors]));
    return builder.apply('Resize', [value, undefined, scales], {
      mode: string('nearest'),
      coordinate_transformation_mode: string(coordinates),
      nearest_mode: string(rounding),
    });
  });
};

/** A ReLU whose result is both convolved and moved along the batch, so that its cotangents meet in two layouts. */
const moved: CaseOfPattern = (random) => {
  const channels = 4 * draw(random, 1, 4);
  const shape = [draw(random, 2, 3), channels, draw(random, 1, 3), draw(random, 1, 3)];
  const weight = normal(random, [channels, channels, 1, 1]);
  const mixing = normal(random, [shape[0], shape[0]]);
  const flat = [shape[0], sizeOf(shape.slice(1))];
  const list = (values: readonly number[]) =>
    ({ dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) }) as const;
  return caseOf(shape.join(' × '), normal(random, shape), (builder, x) => {
    const convolve = (value: Value): Value =>
      builder.apply('Conv', [value, builder.constant(weight)]);
    const relu = (value: Value): Value => builder.apply('Relu', [value]);
    const features = relu(convolve(x));
    const rows = builder.apply('Reshape', [features, builder.constant(list(flat))]);
    const mixed = builder.apply('MatMul', [builder.constant(mixing), rows]);
    const images = builder.apply('Reshape', [mixed, builder.constant(list(shape))]);
    return builder.apply('Add', [convolve(images), relu(convolve(features))]);
  });
};

/** For each pattern, models in which it applies. */
export const casesOfPatterns: Readonly<Record<GraphPattern, CaseOfPattern>> = {
  'step-masks': oneOf(unary('Relu'), unary('LeakyRelu'), unary('Abs'), unary('HardSwish')),
  'hard-sigmoid-slopes': unary('Sigmoid'),
  'pointwise-strides': convolved([1, 1], [1, 4]),
  'phase-convolutions': oneOf(convolved([2, 5], [1, 3]), convolved([2, 4], [15, 17])),
  'separable-max-pools': pooled('alone', 3),
  'max-pool-phases': oneOf(pooled('ReLU first', 4), pooled('ReLU last', 4)),
  'block-sums': enlarged,
  'blocked-joins': moved,
};
