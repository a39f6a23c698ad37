import { describe, expect, it } from 'vitest';
import { Random, float32, float64, sizeOf, type Shape, type Tensor } from '@msanet/tensor';
import {
  GraphBuilder,
  float,
  foldBatchNormalization,
  int,
  type Attributes,
  type Model,
  type Node,
  type Value,
} from '../../src/index.js';

const channels = 4;
const epsilon = 1e-3;

function random(seed: number, shape: Shape): Tensor<'float64'> {
  const numbers = new Random(seed);
  return float64(
    Array.from({ length: sizeOf(shape) }, () => numbers.normal()),
    shape,
  );
}

const normalization = {
  scale: random(11, [channels]),
  shift: random(12, [channels]),
  mean: random(13, [channels]),
  variance: float64(Array.from(random(14, [channels]).data, (value) => value ** 2 + 0.5)),
};

function normalize(builder: GraphBuilder, x: Value, attributes: Attributes = {}): Value {
  const { scale, shift, mean, variance } = normalization;
  const operands = [scale, shift, mean, variance].map((value) => builder.constant(value, 'norm'));
  return builder.apply(
    'BatchNormalization',
    [x, ...operands],
    { epsilon: float(epsilon), ...attributes },
    'norm',
  );
}

/** The operators as their specifications define them, at the one pixel that a 1×1 kernel sees. */
const products: Record<string, (node: Node, x: number[], w: Tensor, b: number[]) => number[]> = {
  Conv: ({ attributes }, x, { data, shape }, b) => {
    const groups = attributes['group']?.type === 'int' ? attributes['group'].value : 1;
    const [outs, perGroup] = shape;
    return Array.from({ length: outs }, (_, o) => {
      const group = Math.floor(o / (outs / groups));
      let sum = b[o] ?? 0;
      for (let i = 0; i < perGroup; i++)
        sum += x[group * perGroup + i] * Number(data[o * perGroup + i]);
      return sum;
    });
  },
  ConvTranspose: ({ attributes }, x, { data, shape }, b) => {
    const groups = attributes['group']?.type === 'int' ? attributes['group'].value : 1;
    const [ins, perGroup] = shape;
    const result = Array.from({ length: perGroup * groups }, (_, o) => b[o] ?? 0);
    for (let i = 0; i < ins; i++) {
      const group = Math.floor(i / (ins / groups));
      for (let o = 0; o < perGroup; o++)
        result[group * perGroup + o] += x[i] * Number(data[i * perGroup + o]);
    }
    return result;
  },
  Gemm: ({ attributes }, x, { data, shape }, b) => {
    const number = (name: string, fallback: number): number => {
      const attribute = attributes[name];
      return attribute?.type === 'float' || attribute?.type === 'int' ? attribute.value : fallback;
    };
    const transposed = number('transB', 0) === 1;
    const outs = transposed ? shape[0] : shape[1];
    return Array.from({ length: outs }, (_, o) => {
      const row = x.map(
        (value, i) => value * Number(data[transposed ? o * x.length + i : i * outs + o]),
      );
      const bias = b.length === 1 ? b[0] : (b[o] ?? 0);
      return (
        number('alpha', 1) * row.reduce((sum, value) => sum + value, 0) + number('beta', 1) * bias
      );
    });
  },
};

/** Runs a model of one such product and the normalisation, if it is still there. */
function run({ graph }: Model, x: number[]): number[] {
  return graph.nodes.reduce((values, node) => {
    if (node.opType === 'Identity') return values;
    const [first, second, ...rest] = node.inputs
      .slice(1)
      .map((name) => graph.initializers.get(name));
    if (node.opType === 'BatchNormalization') {
      const numbers = [first, second, ...rest].map((operand) =>
        Array.from(operand?.data ?? [], Number),
      );
      const [gamma, beta, mean, variance] = numbers;
      return values.map(
        (value, c) => (gamma[c] * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta[c],
      );
    }
    if (first === undefined) throw new Error(`${node.name} has no weight`);
    return products[node.opType](node, values, first, Array.from(second?.data ?? [], Number));
  }, x);
}

interface Folding {
  readonly op: string;
  readonly weight: Shape;
  readonly bias?: Shape;
  readonly attributes?: Attributes;
}

const foldings: readonly (readonly [string, Folding])[] = [
  ['Conv', { op: 'Conv', weight: [channels, 6, 1, 1] }],
  ['Conv with bias', { op: 'Conv', weight: [channels, 6, 1, 1], bias: [channels] }],
  ['grouped Conv', { op: 'Conv', weight: [channels, 3, 1, 1], attributes: { group: int(2) } }],
  ['ConvTranspose', { op: 'ConvTranspose', weight: [6, channels, 1, 1], bias: [channels] }],
  [
    'grouped ConvTranspose',
    { op: 'ConvTranspose', weight: [6, 2, 1, 1], attributes: { group: int(2) } },
  ],
  ['Gemm', { op: 'Gemm', weight: [6, channels] }],
  [
    'Gemm of a transposed weight, scaled',
    {
      ...{ op: 'Gemm', weight: [channels, 6], bias: [channels] },
      attributes: { transB: int(1), alpha: float(0.5), beta: float(-2) },
    },
  ],
  ['Gemm with one bias for all', { op: 'Gemm', weight: [6, channels], bias: [1] }],
];

function build({ op, weight, bias, attributes = {} }: Folding): Model {
  const builder = new GraphBuilder();
  const x = builder.input('x', 'float64', op === 'Gemm' ? [1, 6] : [1, 6, 1, 1]);
  const w = builder.constant(random(1, weight), 'weight');
  const b = bias === undefined ? undefined : builder.constant(random(2, bias), 'bias');
  const product = builder.apply(op, [x, w, b], attributes, 'product');
  builder.output(normalize(builder, product), 'y');
  return builder.build();
}

describe('foldBatchNormalization', () => {
  it.each(foldings)('folds into %s without changing what it computes', (_, folding) => {
    const model = build(folding);
    const folded = foldBatchNormalization(model);
    expect(folded.graph.nodes.map(({ opType }) => opType)).toEqual([folding.op, 'Identity']);
    expect(folded.graph.initializers.size).toBe(2);
    const x = Array.from(random(3, [6]).data);
    const expected = run(model, x);
    const got = run(folded, x);
    expect(got).toHaveLength(channels);
    got.forEach((value, c) => expect(value).toBeCloseTo(expected[c], 12));
  });

  it('keeps spatial kernels together: every element of a filter has its channel’s factor', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float64', [1, 2, 5, 5, 5]);
    const weight = random(1, [channels, 2, 3, 2, 1]);
    builder.output(normalize(builder, builder.apply('Conv', [x, builder.constant(weight)])), 'y');
    const { graph } = foldBatchNormalization(builder.build());
    const folded = graph.initializers.get(graph.nodes[0].inputs[1]);
    expect(folded?.shape).toEqual(weight.shape);
    folded?.data.forEach((value: number | bigint, index: number) => {
      const c = Math.floor(index / 12);
      const factor =
        normalization.scale.data[c] / Math.sqrt(normalization.variance.data[c] + epsilon);
      expect(Number(value)).toBeCloseTo(weight.data[index] * factor, 12);
    });
  });

  it('copies weights that another node shares', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float64', [1, 6, 1, 1]);
    const weight = builder.constant(random(1, [channels, 6, 1, 1]), 'weight');
    const plain = builder.apply('Conv', [x, weight], {}, 'plain');
    const normalized = normalize(builder, builder.apply('Conv', [x, weight], {}, 'normed'));
    builder.output(builder.apply('Add', [plain, normalized]), 'y');
    const model = builder.build();
    const { graph } = foldBatchNormalization(model);
    expect(graph.nodes.map(({ opType }) => opType)).toEqual(['Conv', 'Conv', 'Add', 'Identity']);
    expect(graph.initializers.get('weight')).toBe(model.graph.initializers.get('weight'));
    expect(graph.initializers.get(graph.nodes[1].inputs[1])).not.toEqual(weight.constant);
  });

  it('leaves a convolution that something else reads as well', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float64', [1, 6, 1, 1]);
    const product = builder.apply('Conv', [x, builder.constant(random(1, [channels, 6, 1, 1]))]);
    builder.output(normalize(builder, product), 'y');
    builder.output(product);
    const model = builder.build();
    expect(foldBatchNormalization(model).graph).toEqual(model.graph);
  });

  it('leaves a normalisation that follows another operator, or whose weights are no constants', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float64', [1, channels, 1, 1]);
    const w = builder.input('w', 'float64', [channels, channels, 1, 1]);
    const rectified = normalize(builder, builder.apply('Relu', [x]));
    builder.output(normalize(builder, builder.apply('Conv', [rectified, w])), 'y');
    const model = builder.build();
    expect(foldBatchNormalization(model).graph).toEqual(model.graph);
  });

  it('leaves half precision as it is', () => {
    const builder = new GraphBuilder();
    const half = (shape: Shape): Tensor => ({
      dtype: 'float16',
      shape,
      data: new Uint16Array(sizeOf(shape)),
    });
    const x = builder.input('x', 'float16', [1, 2, 1, 1]);
    const product = builder.apply('Conv', [x, builder.constant(half([2, 2, 1, 1]))]);
    const operands = [1, 2, 3, 4].map(() => builder.constant(half([2])));
    builder.output(builder.apply('BatchNormalization', [product, ...operands]), 'y');
    const model = builder.build();
    expect(foldBatchNormalization(model).graph).toEqual(model.graph);
  });

  it('writes float32 weights for float32 weights', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [1, 1, 1, 1]);
    const product = builder.apply('Conv', [x, builder.constant(float32([3], [1, 1, 1, 1]))]);
    const operands = [2, 1, 5, 4].map((value) => builder.constant(float32([value])));
    builder.output(
      builder.apply('BatchNormalization', [product, ...operands], { epsilon: float(0) }),
      'y',
    );
    const { graph } = foldBatchNormalization(builder.build());
    const [weight, bias] = graph.nodes[0].inputs
      .slice(1)
      .map((name) => graph.initializers.get(name));
    // y = 2·(3x − 5)/2 + 1 = 3x − 4
    expect(weight).toEqual(float32([3], [1, 1, 1, 1]));
    expect(bias).toEqual(float32([-4]));
  });
});
