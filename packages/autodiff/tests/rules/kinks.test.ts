import { describe, expect, it } from 'vitest';
import { Random, float32, sizeOf, type Tensor } from '@msanet/tensor';
import {
  GraphBuilder,
  float,
  int,
  ints,
  type Attributes,
  type Model,
  type Value,
} from '@msanet/onnx';
import { gradientsOfSum, modelOf, run } from '../evaluate.js';
import { gradientGraph } from '../../src/index.js';

/** Gradient of the sum of one operator's output at given operands. */
async function gradientOf(
  opType: string,
  operands: Readonly<Record<string, Tensor>>,
  attributes: Attributes = {},
  constants: readonly Tensor[] = [],
): Promise<Record<string, number[]>> {
  const model = modelOf((builder) => {
    const inputs = Object.entries(operands).map(([name, { dtype, shape }]) =>
      builder.input(name, dtype, shape),
    );
    return builder.apply(
      opType,
      [...inputs, ...constants.map((value) => builder.constant(value))],
      attributes,
    );
  });
  return gradientsOfSum(model, operands);
}

const scalar = (value: number): Tensor => float32([value], []);
const clamped = [-0.1, 0, 0.5, 1, 1.1];

// Every expected value below is what PyTorch 1.13 gives at the same point in float64.
describe('at a kink the derivative is PyTorch’s', () => {
  it.each([
    ['Relu', {}, [-1, 0, 1], [0, 0, 1]],
    ['Relu', {}, [1.2e-38, -1.2e-38, -0], [1, 0, 0]],
    ['LeakyRelu', { alpha: float(0.125) }, [-1, 0, 1], [0.125, 0.125, 1]],
    ['Elu', { alpha: float(0.5) }, [0], [0.5]],
    ['Celu', { alpha: float(0.5) }, [0], [1]],
    ['Abs', {}, [-2, 0, 3], [-1, 0, 1]],
    ['Softsign', {}, [0], [1]],
    ['HardSigmoid', { alpha: float(0.25), beta: float(0.5) }, [-2, 0, 2], [0, 0.25, 0]],
    ['HardSwish', {}, [-3, 0, 3], [-0.5, 0.5, 1.5]],
  ] as const)('%s %o at %j', async (opType, attributes, at, expected) => {
    const { x } = await gradientOf(opType, { x: float32(at) }, attributes as Attributes);
    expect(x.length).toBe(expected.length);
    x.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 12));
  });

  it('Selu at 0', async () => {
    const { x } = await gradientOf('Selu', { x: float32([0]) });
    expect(x[0]).toBeCloseTo(1.7580993408473766, 6);
  });

  it('PRelu at 0 takes the slope', async () => {
    expect(await gradientOf('PRelu', { x: float32([0]), slope: float32([0.25]) })).toEqual({
      x: [0.25],
      slope: [0],
    });
  });

  it('Clip keeps the cotangent on its bounds, as clamp does', async () => {
    const { x } = await gradientOf('Clip', { x: float32(clamped) }, {}, [scalar(0), scalar(1)]);
    expect(x).toEqual([0, 1, 1, 1, 0]);
  });

  it('Clip gives the cotangents beyond its bounds to the bounds', async () => {
    const gradients = await gradientOf('Clip', {
      x: float32(clamped),
      low: scalar(0),
      high: scalar(1),
    });
    expect(gradients).toEqual({ x: [0, 1, 1, 1, 0], low: [1], high: [1] });
  });

  it('Pow at a zero base and a zero exponent', async () => {
    const { x, p } = await gradientOf('Pow', {
      x: float32([0, 0, 2, 0]),
      p: float32([0, 2, 0, 1]),
    });
    expect(x).toEqual([0, 0, 0, 1]);
    [0, 0, Math.LN2, 0].forEach((value, index) => expect(p[index]).toBeCloseTo(value, 12));
  });

  it('ReduceL2 at the origin', async () => {
    expect(await gradientOf('ReduceL2', { x: float32([0, 0, 0]) })).toEqual({ x: [0, 0, 0] });
  });

  it('ReduceL1 at zero elements', async () => {
    expect(await gradientOf('ReduceL1', { x: float32([-2, 0, 3]) })).toEqual({ x: [-1, 0, 1] });
  });

  it('ReduceProd over zero, one and two zeros', async () => {
    const x = float32([2, 4, 3, 2, 0, 3, 0, 0, 3], [3, 3]);
    const gradient = await gradientOf('ReduceProd', { x }, { axes: ints([1]) });
    expect(gradient).toEqual({ x: [12, 6, 8, 0, 6, 0, 0, 0, 0] });
  });
});

describe('where elements tie', () => {
  it.each(['Max', 'Min'])('%s shares equally, as maximum and minimum do', async (opType) => {
    const sign = opType === 'Max' ? 1 : -1;
    const values = (...numbers: number[]): Tensor => float32(numbers.map((value) => sign * value));
    expect(await gradientOf(opType, { a: values(1, 2, 3), b: values(1, 3, 2) })).toEqual({
      a: [0.5, 0, 1],
      b: [0.5, 1, 0],
    });
  });

  it.each(['ReduceMax', 'ReduceMin'])('%s shares equally, as amax does', async (opType) => {
    const sign = opType === 'ReduceMax' ? 1 : -1;
    const x = float32([1, 3, 3, 2].map((value) => sign * value));
    expect(await gradientOf(opType, { x })).toEqual({ x: [0, 0.5, 0.5, 0] });
  });

  it('GlobalMaxPool gives all to the first', async () => {
    const x = float32([1, 2, 2, 0], [1, 1, 2, 2]);
    expect(await gradientOf('GlobalMaxPool', { x })).toEqual({ x: [0, 1, 0, 0] });
  });

  it('MaxPool gives all to the first in row-major order', async () => {
    const x = float32([1, 2, 2, 0, 2, 2, 1, 0, 0, 0, 2, 2, 0, 0, 2, 2], [1, 1, 4, 4]);
    const attributes = {
      kernel_shape: ints([3, 3]),
      strides: ints([2, 2]),
      pads: ints([1, 1, 1, 1]),
    };
    expect(await gradientOf('MaxPool', { x }, attributes)).toEqual({
      x: [0, 2, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    });
  });
});

/** The cotangents of MaxPool's output, put where its Indices output says: the definition of its gradient. */
async function scatteredByIndices(model: Model, x: Tensor, g: Tensor): Promise<number[]> {
  const { indices } = await run(model, { x });
  const result = new Array<number>(sizeOf(x.shape)).fill(0);
  indices.data.forEach((to: number | bigint, from: number) => {
    result[Number(to)] += Number(g.data[from]);
  });
  return result;
}

describe('MaxPool on values full of ties is the scatter by its indices', () => {
  const cases: readonly (readonly [string, Attributes, number[]])[] = [
    [
      '3x3, stride 2, pad 1',
      { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
      [2, 3, 9, 8],
    ],
    ['2x2, stride 2', { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }, [1, 2, 7, 6]],
    [
      '3x2, stride 1, one-sided pads',
      { kernel_shape: ints([3, 2]), pads: ints([2, 0, 0, 1]) },
      [1, 2, 5, 6],
    ],
    [
      'stride 2 of 3, ceil mode',
      { kernel_shape: ints([2, 3]), strides: ints([3, 2]), ceil_mode: int(1) },
      [1, 2, 8, 8],
    ],
    [
      'dilated',
      { kernel_shape: ints([2, 3]), dilations: ints([2, 2]), pads: ints([1, 2, 1, 2]) },
      [1, 1, 6, 7],
    ],
    ['1-D', { kernel_shape: ints([3]), strides: ints([2]), pads: ints([1, 1]) }, [2, 2, 9]],
    [
      '3-D',
      { kernel_shape: ints([2, 3, 2]), strides: ints([1, 2, 2]), pads: ints([0, 1, 1, 1, 1, 0]) },
      [1, 2, 4, 5, 5],
    ],
  ];
  it.each(cases)('%s', async (_, attributes, shape) => {
    const random = new Random(7);
    const builder = new GraphBuilder();
    const [y, indices]: Value[] = builder.applyMany(
      'MaxPool',
      [builder.input('x', 'float32', shape)],
      attributes,
      2,
    );
    builder.output(y, 'y');
    builder.output(indices, 'indices');
    const model = builder.build();
    const graph = gradientGraph(model, ['x']);
    for (const [low, high] of [
      [0, 2],
      [-3, -1],
      [0, 0],
    ]) {
      const x = float32(
        Array.from({ length: sizeOf(shape) }, () => low + random.integer(high - low + 1)),
        shape,
      );
      const g = float32(random.fillNormal(new Float32Array(sizeOf(y.shape))), y.shape);
      const results = await run(graph.model, { x, [graph.cotangentInputs['y']]: g });
      const gradient = Array.from(results[graph.gradientOutputs['x']].data, Number);
      const expected = await scatteredByIndices(model, x, g);
      gradient.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 12));
    }
  });
});
