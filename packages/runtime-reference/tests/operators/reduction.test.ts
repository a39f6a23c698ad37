import { int, ints } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { counting, float, integer, nested, runNode } from '../run-node.js';

/** The operand of the ONNX specification's examples. */
const x = float([
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
  ],
  [
    [9, 10],
    [11, 12],
  ],
]);

describe('reductions, by the examples of the ONNX specification', () => {
  it.each([
    [
      'ReduceSum',
      [
        [4, 6],
        [12, 14],
        [20, 22],
      ],
    ],
    [
      'ReduceMean',
      [
        [2, 3],
        [6, 7],
        [10, 11],
      ],
    ],
    [
      'ReduceMax',
      [
        [3, 4],
        [7, 8],
        [11, 12],
      ],
    ],
    [
      'ReduceMin',
      [
        [1, 2],
        [5, 6],
        [9, 10],
      ],
    ],
    [
      'ReduceProd',
      [
        [3, 8],
        [35, 48],
        [99, 120],
      ],
    ],
    [
      'ReduceSumSquare',
      [
        [10, 20],
        [74, 100],
        [202, 244],
      ],
    ],
    [
      'ReduceL1',
      [
        [4, 6],
        [12, 14],
        [20, 22],
      ],
    ],
  ])('%s over the middle axis', async (operator, expected) => {
    const [y] = await runNode({
      operator,
      inputs: [x, integer([1])],
      attributes: { keepdims: int(0) },
      opset: 18,
    });
    expect(nested(y)).toEqual(expected);
  });

  it('keep the reduced axes as length 1 by default', async () => {
    const [y] = await runNode({ operator: 'ReduceSum', inputs: [x, integer([-2])] });
    expect(y.shape).toEqual([3, 1, 2]);
  });

  it('take their axes from the attribute before opset 18', async () => {
    const [y] = await runNode({
      operator: 'ReduceMax',
      inputs: [x],
      attributes: { axes: ints([0, 2]), keepdims: int(0) },
      opset: 13,
    });
    expect(nested(y)).toEqual([10, 12]);
  });

  it.each([
    [13, [x, integer([1])], {}],
    [18, [x], { axes: ints([1]) }],
  ])('refuse axes that are not where opset %i has them', async (opset, inputs, attributes) => {
    const call = runNode({ operator: 'ReduceMax', inputs, attributes, opset });
    await expect(call).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });

  it('reduce everything without axes, and nothing with noop_with_empty_axes', async () => {
    const [all] = await runNode({ operator: 'ReduceSum', inputs: [x] });
    expect(nested(all)).toEqual([[[78]]]);
    const [none] = await runNode({
      operator: 'ReduceSum',
      inputs: [x, integer([])],
      attributes: { noop_with_empty_axes: int(1) },
    });
    expect(nested(none)).toEqual(nested(x));
  });

  it('give the neutral element over an empty axis', async () => {
    const neutral = async (operator: string) => {
      const [y] = await runNode({
        operator,
        inputs: [counting([2, 0]), integer([1])],
        attributes: { keepdims: int(0) },
        opset: 18,
      });
      return nested(y);
    };
    expect(await neutral('ReduceSum')).toEqual([0, 0]);
    expect(await neutral('ReduceProd')).toEqual([1, 1]);
    expect(await neutral('ReduceMax')).toEqual([-Infinity, -Infinity]);
  });

  it('keep integers integers', async () => {
    const [y] = await runNode({
      operator: 'ReduceMean',
      inputs: [integer([1, 2, 4]), integer([0])],
      opset: 18,
    });
    expect(y.dtype).toBe('int64');
    expect(nested(y)).toEqual([2]);
  });

  it('do not overflow in ReduceLogSumExp', async () => {
    const [y] = await runNode({
      operator: 'ReduceLogSumExp',
      inputs: [float([1000, 1000])],
      attributes: { keepdims: int(0) },
    });
    expect(nested(y)).toBeCloseTo(1000 + Math.log(2), 12);
  });
});

describe('selection', () => {
  const ties = float([
    [2, 1, 2],
    [3, 4, 4],
  ]);

  it.each([
    ['ArgMax', 0, [[0], [1]]],
    ['ArgMax', 1, [[2], [2]]],
    ['ArgMin', 0, [[1], [0]]],
  ])('%s with select_last_index %i', async (operator, last, expected) => {
    const [y] = await runNode({
      operator,
      inputs: [ties],
      attributes: { axis: int(1), select_last_index: int(last) },
    });
    expect(nested(y)).toEqual(expected);
  });

  it('TopK sorts, and takes the lower index of equal elements', async () => {
    const run = async (largest: number) => {
      const [values, indices] = await runNode({
        operator: 'TopK',
        inputs: [ties, integer([2])],
        attributes: { largest: int(largest) },
        outputs: 2,
      });
      return [nested(values), nested(indices)];
    };
    expect(await run(1)).toEqual([
      [
        [2, 2],
        [4, 4],
      ],
      [
        [0, 2],
        [1, 2],
      ],
    ]);
    expect(await run(0)).toEqual([
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ]);
  });

  it('TopK refuses more elements than there are', async () => {
    const call = runNode({ operator: 'TopK', inputs: [ties, integer([4])], outputs: 2 });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('CumSum, by the examples of the ONNX specification', () => {
  it.each([
    [0, 0, [1, 3, 6, 10, 15]],
    [1, 0, [0, 1, 3, 6, 10]],
    [0, 1, [15, 14, 12, 9, 5]],
    [1, 1, [14, 12, 9, 5, 0]],
  ])('exclusive %i, reverse %i', async (exclusive, reverse, expected) => {
    const [y] = await runNode({
      operator: 'CumSum',
      inputs: [float([1, 2, 3, 4, 5]), integer(0)],
      attributes: { exclusive: int(exclusive), reverse: int(reverse) },
    });
    expect(nested(y)).toEqual(expected);
  });
});
