import { int, ints, string } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { counting, float, integer, nested, runNode } from '../run-node.js';

async function shapeOf(
  operator: string,
  shape: readonly number[],
  more: ReturnType<typeof integer>[] = [],
  attributes = {},
): Promise<readonly number[]> {
  const [y] = await runNode({ operator, inputs: [counting(shape), ...more], attributes });
  // None of these operators changes the order of the elements.
  expect(Array.from(y.data as Float64Array)).toEqual(Array.from(counting(shape).data, Number));
  return y.shape;
}

describe('operators that only change the shape', () => {
  it.each([
    [
      [4, 2, 3],
      [4, 2, 3],
    ],
    [[-1], [24]],
    [
      [2, -1, 2],
      [2, 6, 2],
    ],
    [
      [-1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
    [
      [2, 0, 4, 1],
      [2, 3, 4, 1],
    ],
    [
      [2, 0, 1, -1],
      [2, 3, 1, 4],
    ],
  ])('Reshape to %j', async (wanted, expected) => {
    expect(await shapeOf('Reshape', [2, 3, 4], [integer(wanted)])).toEqual(expected);
  });

  it('Reshape takes 0 literally with allowzero', async () => {
    const [y] = await runNode({
      operator: 'Reshape',
      inputs: [counting([0, 3, 4]), integer([3, 4, 0])],
      attributes: { allowzero: int(1) },
    });
    expect(y.shape).toEqual([3, 4, 0]);
  });

  it('Reshape refuses another number of elements', async () => {
    for (const wanted of [
      [5, 5],
      [-1, 5],
    ]) {
      const call = runNode({
        operator: 'Reshape',
        inputs: [counting([2, 3, 4]), integer(wanted)],
      });
      await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    }
  });

  it('Squeeze', async () => {
    expect(await shapeOf('Squeeze', [1, 3, 1, 5], [integer([0])])).toEqual([3, 1, 5]);
    expect(await shapeOf('Squeeze', [1, 3, 1, 5], [integer([-2])])).toEqual([1, 3, 5]);
    expect(await shapeOf('Squeeze', [1, 3, 1, 5])).toEqual([3, 5]);
    const refused = runNode({ operator: 'Squeeze', inputs: [counting([1, 3]), integer([1])] });
    await expect(refused).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  it('Unsqueeze', async () => {
    expect(await shapeOf('Unsqueeze', [3, 4, 5], [integer([1, 4])])).toEqual([3, 1, 4, 5, 1]);
    expect(await shapeOf('Unsqueeze', [3, 4, 5], [integer([-2])])).toEqual([3, 4, 1, 5]);
    expect(await shapeOf('Unsqueeze', [3, 4], [integer([3, 0])])).toEqual([1, 3, 4, 1]);
  });

  it('Flatten', async () => {
    const axis = (value: number) => ({ axis: int(value) });
    expect(await shapeOf('Flatten', [2, 3, 4])).toEqual([2, 12]);
    expect(await shapeOf('Flatten', [2, 3, 4], [], axis(0))).toEqual([1, 24]);
    expect(await shapeOf('Flatten', [2, 3, 4], [], axis(3))).toEqual([24, 1]);
    expect(await shapeOf('Flatten', [2, 3, 4], [], axis(-1))).toEqual([6, 4]);
  });
});

describe('Transpose', () => {
  it('reverses the axes, or orders them by perm', async () => {
    const x = float([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ]);
    const [reversed] = await runNode({ operator: 'Transpose', inputs: [x] });
    expect(nested(reversed)).toEqual([
      [[1], [3], [5]],
      [[2], [4], [6]],
    ]);
    const [ordered] = await runNode({
      operator: 'Transpose',
      inputs: [x],
      attributes: { perm: ints([1, 0, 2]) },
    });
    expect(nested(ordered)).toEqual([[[1, 2]], [[3, 4]], [[5, 6]]]);
  });

  it('refuses what is no permutation', async () => {
    const call = runNode({
      operator: 'Transpose',
      inputs: [counting([2, 2])],
      attributes: { perm: ints([0, 0]) },
    });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('Slice, by the examples of the ONNX specification', () => {
  const x = float([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ]);

  it.each([
    [[1, 0], [2, 3], [0, 1], [1, 2], [[5, 7]]],
    [[0, 1], [-1, 1000], undefined, undefined, [[2, 3, 4]]],
  ])('starts %j, ends %j', async (starts, ends, axes, steps, expected) => {
    const [y] = await runNode({
      operator: 'Slice',
      inputs: [x, integer(starts), integer(ends), axes && integer(axes), steps && integer(steps)],
    });
    expect(nested(y)).toEqual(expected);
  });

  it('walks backwards to the first element and not beyond', async () => {
    const [y] = await runNode({
      operator: 'Slice',
      inputs: [counting([5]), integer([10]), integer([-1000]), integer([0]), integer([-2])],
    });
    expect(nested(y)).toEqual([4, 2, 0]);
  });

  it('can leave nothing', async () => {
    const [y] = await runNode({
      operator: 'Slice',
      inputs: [x, integer([1000]), integer([1000]), integer([1])],
    });
    expect(y.shape).toEqual([2, 0]);
  });

  it('refuses a step of 0', async () => {
    const call = runNode({
      operator: 'Slice',
      inputs: [x, integer([0]), integer([1]), integer([0]), integer([0])],
    });
    await expect(call).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });
});

describe('Concat and Split', () => {
  it('undo each other', async () => {
    const parts = [
      float([[1], [4]]),
      float([
        [2, 3],
        [5, 6],
      ]),
    ];
    const [whole] = await runNode({
      operator: 'Concat',
      inputs: parts,
      attributes: { axis: int(-1) },
    });
    expect(nested(whole)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const split = await runNode({
      operator: 'Split',
      inputs: [whole, integer([1, 2])],
      attributes: { axis: int(1) },
      outputs: 2,
    });
    expect(split.map(nested)).toEqual(parts.map(nested));
  });

  it('split into equal parts, or into parts of which the last is smaller', async () => {
    const equal = await runNode({ operator: 'Split', inputs: [counting([6])], outputs: 3 });
    expect(equal.map(nested)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    const uneven = await runNode({
      operator: 'Split',
      inputs: [counting([7])],
      attributes: { num_outputs: int(4) },
      opset: 18,
      outputs: 4,
    });
    expect(uneven.map(nested)).toEqual([[0, 1], [2, 3], [4, 5], [6]]);
  });

  it('refuse parts that do not fit', async () => {
    const split = runNode({
      operator: 'Split',
      inputs: [counting([6]), integer([1, 2])],
      outputs: 2,
    });
    await expect(split).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    const concat = runNode({
      operator: 'Concat',
      inputs: [counting([2, 3]), counting([3, 2])],
      attributes: { axis: int(0) },
    });
    await expect(concat).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('Tile and Expand', () => {
  it('repeat', async () => {
    const x = float([
      [0, 1],
      [2, 3],
    ]);
    const [tiled] = await runNode({ operator: 'Tile', inputs: [x, integer([2, 2])] });
    expect(nested(tiled)).toEqual([
      [0, 1, 0, 1],
      [2, 3, 2, 3],
      [0, 1, 0, 1],
      [2, 3, 2, 3],
    ]);
    const column = float([[1], [2]]);
    const [expanded] = await runNode({ operator: 'Expand', inputs: [column, integer([2, 1, 3])] });
    expect(nested(expanded)).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
  });
});

describe('DepthToSpace and SpaceToDepth, by the examples of the ONNX specification', () => {
  const row = (start: number) => [
    [start, start + 1, start + 2],
    [start + 3, start + 4, start + 5],
  ];
  const deep = float([[0, 9, 18, 27, 36, 45, 54, 63].map(row)]);

  it.each([
    ['DCR', [0, 18, 1, 19, 2, 20], [36, 54, 37, 55, 38, 56]],
    ['CRD', [0, 9, 1, 10, 2, 11], [18, 27, 19, 28, 20, 29]],
  ])('mode %s', async (mode, first, second) => {
    const [y] = await runNode({
      operator: 'DepthToSpace',
      inputs: [deep],
      attributes: { blocksize: int(2), mode: string(mode) },
    });
    expect(y.shape).toEqual([1, 2, 4, 6]);
    const [[plane]] = nested(y) as number[][][][];
    expect(plane.slice(0, 2)).toEqual([first, second]);
  });

  it('SpaceToDepth undoes DCR', async () => {
    const attributes = { blocksize: int(2) };
    const [wide] = await runNode({ operator: 'DepthToSpace', inputs: [deep], attributes });
    const [back] = await runNode({ operator: 'SpaceToDepth', inputs: [wide], attributes });
    expect(nested(back)).toEqual(nested(deep));
  });

  it('SpaceToDepth takes blocks apart', async () => {
    const [y] = await runNode({
      operator: 'SpaceToDepth',
      inputs: [
        float([
          [
            [
              [0, 6, 1, 7, 2, 8],
              [12, 18, 13, 19, 14, 20],
              [3, 9, 4, 10, 5, 11],
              [15, 21, 16, 22, 17, 23],
            ],
          ],
        ]),
      ],
      attributes: { blocksize: int(2) },
    });
    expect(nested(y)).toEqual([[0, 6, 12, 18].map(row)]);
  });
});

it('Trilu keeps a triangle of every matrix', async () => {
  const x = float([
    [4, 7, 3, 7, 9],
    [1, 2, 8, 6, 9],
    [9, 4, 0, 8, 7],
  ]);
  const [upper] = await runNode({ operator: 'Trilu', inputs: [x, integer(1)] });
  const [lower] = await runNode({ operator: 'Trilu', inputs: [x], attributes: { upper: int(0) } });
  expect(nested(upper)).toEqual([
    [0, 7, 3, 7, 9],
    [0, 0, 8, 6, 9],
    [0, 0, 0, 8, 7],
  ]);
  expect(nested(lower)).toEqual([
    [4, 0, 0, 0, 0],
    [1, 2, 0, 0, 0],
    [9, 4, 0, 0, 0],
  ]);
});

it('Dropout passes its operand through, and refuses to train', async () => {
  const [y, mask] = await runNode({
    operator: 'Dropout',
    inputs: [float([1, 2, 3])],
    outputs: 2,
  });
  expect(nested(y)).toEqual([1, 2, 3]);
  expect(mask.dtype).toBe('bool');
  expect(nested(mask)).toEqual([1, 1, 1]);
  const training = runNode({
    operator: 'Dropout',
    inputs: [float([1]), float(0.5), { dtype: 'bool', shape: [], data: Uint8Array.of(1) }],
  });
  await expect(training).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
});
