import { describe, expect, it } from 'vitest';
import { Random, float32, int64, sizeOf, type Tensor } from '@msanet/tensor';
import {
  GraphBuilder,
  float,
  int,
  ints,
  string,
  type Model,
  type NamedTensors,
} from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { checkVjp } from '@msanet/testkit';
import { gradientGraph, straightThroughQuantization } from '../../src/index.js';
import { clipInput, gradientsOfSum, modelOf, refusal } from '../evaluate.js';

const random = new Random(11);

function normal(...shape: number[]): Tensor<'float32'> {
  return float32(random.fillNormal(new Float64Array(sizeOf(shape))), shape);
}

/** The projection test with respect to every floating-point feed. */
async function check(
  model: Model,
  feeds: NamedTensors,
  options: { step?: number } = {},
): Promise<void> {
  await checkVjp({
    model,
    gradient: (forward, wrt, outputs) => gradientGraph(forward, wrt, { outputs }),
    runtime: new ReferenceRuntime(),
    wrt: Object.keys(feeds).filter((name) => feeds[name].dtype === 'float32'),
    feeds,
    seed: 11,
    ...options,
  });
}

describe('rules whose operator the shared cases do not differentiate', () => {
  it('Mod of floating-point numbers, in both operands', async () => {
    const model = modelOf((builder) =>
      builder.apply('Mod', [clipInput(builder, 'a', 2, 3), clipInput(builder, 'b', 3)], {
        fmod: int(1),
      }),
    );
    await check(model, {
      a: float32([5.3, -4.2, 7.7, 0.4, -9.1, 4], [2, 3]),
      b: float32([2, 1.5, -3]),
    });
  });

  it.each([-1, 0, 1])('OneHot in its values, axis %i', async (axis) => {
    const model = modelOf((builder) =>
      builder.apply(
        'OneHot',
        [
          builder.constant(int64([0, 3, 1, 1, -1, 9], [2, 3])),
          builder.constant(int64([4], [])),
          clipInput(builder, 'values', 2),
        ],
        { axis: int(axis) },
      ),
    );
    await check(model, { values: float32([0.5, 2]) }, { step: 1 });
  });
});

describe('forms that only appear inside graphs', () => {
  it('Pad by negative amounts, and the gradient of the fill value', async () => {
    const model = modelOf((builder) =>
      builder.apply('Pad', [
        clipInput(builder, 'x', 4, 5),
        builder.constant(int64([-1, 2, 3, -2])),
        clipInput(builder, 'fill'),
      ]),
    );
    await check(model, { x: normal(4, 5), fill: normal() }, { step: 1 });
  });

  it.each([40, 400])('Slice of every second element of an axis of %i', async (length) => {
    const model = modelOf((builder) =>
      builder.apply('Slice', [
        clipInput(builder, 'x', 2, length),
        ...[[-3], [0], [1], [-2]].map((numbers) => builder.constant(int64(numbers))),
      ]),
    );
    await check(model, { x: normal(2, length) }, { step: 1 });
  });

  it('TopK whose indices the graph does not use', async () => {
    const model = modelOf((builder) =>
      builder.apply('TopK', [clipInput(builder, 'x', 3, 6), builder.constant(int64([2]))]),
    );
    await check(model, { x: normal(3, 6) });
  });

  it('Concat of which only one part is wanted is one slice', () => {
    const model = modelOf((builder) =>
      builder.apply(
        'Concat',
        [
          builder.constant(normal(2, 3)),
          clipInput(builder, 'x', 2, 2),
          builder.constant(normal(2, 1)),
        ],
        { axis: int(1) },
      ),
    );
    const { graph } = gradientGraph(model, ['x']).model;
    expect(graph.nodes.map(({ opType }) => opType)).toEqual([
      'Concat',
      'Identity',
      'Slice',
      'Identity',
    ]);
  });

  it('Gather of consecutive elements is padded, not multiplied', async () => {
    const model = modelOf((builder) =>
      builder.apply(
        'Gather',
        [clipInput(builder, 'x', 3, 8, 2), builder.constant(int64([2, 3, 4]))],
        {
          axis: int(1),
        },
      ),
    );
    const operators = gradientGraph(model, ['x']).model.graph.nodes.map(({ opType }) => opType);
    expect(operators).toContain('Pad');
    expect(operators).not.toContain('MatMul');
    await check(model, { x: normal(3, 8, 2) }, { step: 1 });
  });

  it('convolution by a kernel that is fed, flipped by nodes', async () => {
    const model = modelOf((builder) =>
      builder.apply(
        'Conv',
        [
          clipInput(builder, 'x', 2, 4, 6, 5),
          clipInput(builder, 'w', 6, 2, 3, 2),
          clipInput(builder, 'b', 6),
        ],
        { group: int(2), dilations: ints([1, 2]), pads: ints([0, 1, 2, 1]) },
      ),
    );
    await check(model, { x: normal(2, 4, 6, 5), w: normal(6, 2, 3, 2), b: normal(6) }, { step: 1 });
  });

  it.each([
    [
      'bij,bjk->bik',
      [
        [2, 3, 4],
        [2, 4, 5],
      ],
    ],
    [
      'ij,jk,kl->il',
      [
        [2, 3],
        [3, 4],
        [4, 2],
      ],
    ],
    [
      '...ij,...jk->...ik',
      [
        [3, 1, 2, 4],
        [3, 5, 4, 2],
      ],
    ],
    [
      'ij,ij->',
      [
        [2, 3],
        [2, 3],
      ],
    ],
    ['ijk->j', [[2, 3, 4]]],
    ['ij->', [[2, 3]]],
    ['i,j', [[2], [3]]],
    [
      'ab,cd->ad',
      [
        [2, 3],
        [4, 5],
      ],
    ],
  ] as const)('Einsum %s', async (equation, shapes) => {
    const feeds = Object.fromEntries(shapes.map((shape, index) => [`x${index}`, normal(...shape)]));
    const model = modelOf((builder) =>
      builder.apply(
        'Einsum',
        shapes.map((shape, index) => clipInput(builder, `x${index}`, ...shape)),
        { equation: string(equation) },
      ),
    );
    await check(model, feeds, { step: 1 });
  });

  it('Einsum with an index twice in one operand is refused', () => {
    const model = modelOf((builder) =>
      builder.apply('Einsum', [clipInput(builder, 'x', 3, 3)], { equation: string('ii->i') }),
    );
    const { code, message } = refusal(() => gradientGraph(model, ['x']));
    expect(code).toBe('GRADIENT_UNDEFINED');
    expect(message).toContain('ii->i');
  });
});

describe('quantisation', () => {
  function quantised(perAxis: boolean): Model {
    return modelOf((builder) => {
      const x = clipInput(builder, 'x', 2, 3);
      const scale = builder.constant(perAxis ? float32([0.5, 0.25, 1]) : float32([0.5], []));
      const zero = {
        dtype: 'int8',
        shape: scale.shape,
        data: new Int8Array(scale.shape[0] ?? 1).fill(3),
      } as const;
      const operands = [scale, builder.constant(zero)];
      const levels = builder.apply('QuantizeLinear', [x, ...operands], { axis: int(1) });
      return builder.apply('DequantizeLinear', [levels, ...operands], { axis: int(1) });
    });
  }
  const x = float32([0.3, -1.7, 100, 63, -66, -200], [2, 3]);

  it('is refused by default', () => {
    expect(refusal(() => gradientGraph(quantised(false), ['x'])).code).toBe('GRADIENT_UNDEFINED');
  });

  it('passes straight through on request, but for what saturates', async () => {
    // With scale 1/2 and zero point 3, levels −128 … 127 stand for −65.5 … 62.
    const gradient = await gradientsOfSum(quantised(false), { x }, straightThroughQuantization);
    expect(gradient).toEqual({ x: [1, 1, 0, 0, 0, 0] });
  });

  it('passes straight through with one scale per channel', async () => {
    const gradient = await gradientsOfSum(quantised(true), { x }, straightThroughQuantization);
    expect(gradient).toEqual({ x: [1, 1, 1, 0, 0, 0] });
  });

  it('passes through operators on quantised values', async () => {
    const model = modelOf((builder) => {
      const scale = builder.constant(float32([0.5], []));
      const levels = builder.apply('QuantizeLinear', [clipInput(builder, 'x', 2, 3), scale]);
      const moved = builder.apply('Transpose', [levels], { perm: ints([1, 0]) });
      return builder.apply('DequantizeLinear', [moved, scale]);
    });
    // Without a zero point the levels are 0 … 255.
    const gradient = await gradientsOfSum(model, { x }, straightThroughQuantization);
    expect(gradient).toEqual({ x: [1, 0, 1, 1, 0, 0] });
  });
});

describe('Resize', () => {
  it.each([
    ['antialias', { antialias: int(1), mode: string('linear') }],
    ['tf_crop_and_resize', { coordinate_transformation_mode: string('tf_crop_and_resize') }],
  ] as const)('with %s is refused', (_, attributes) => {
    const builder = new GraphBuilder({ opset: 18 });
    const x = clipInput(builder, 'x', 1, 1, 4, 4);
    const roi = builder.constant(float32([0, 0, 0, 0, 1, 1, 1, 1]));
    const sizes = builder.constant(int64([1, 1, 2, 2]));
    builder.output(builder.apply('Resize', [x, roi, undefined, sizes], attributes), 'y');
    expect(refusal(() => gradientGraph(builder.build(), ['x'])).code).toBe('GRADIENT_UNDEFINED');
  });
});

describe('HardSigmoid', () => {
  it('with its own slope and offset', async () => {
    const attributes = { alpha: float(0.3), beta: float(0.4) };
    const model = modelOf((builder) =>
      builder.apply('HardSigmoid', [clipInput(builder, 'x', 4)], attributes),
    );
    await check(model, { x: float32([-3, -0.5, 0.7, 3]) });
  });
});
