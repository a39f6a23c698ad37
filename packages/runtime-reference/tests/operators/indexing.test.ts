import { int, string } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { float, integer, nested, runNode } from '../run-node.js';

describe('Gather, by the examples of the ONNX specification', () => {
  it('along axis 0', async () => {
    const [y] = await runNode({
      operator: 'Gather',
      inputs: [
        float([
          [1, 1.2],
          [2.3, 3.4],
          [4.5, 5.7],
        ]),
        integer([
          [0, 1],
          [1, 2],
        ]),
      ],
    });
    expect(nested(y)).toEqual([
      [
        [1, 1.2],
        [2.3, 3.4],
      ],
      [
        [2.3, 3.4],
        [4.5, 5.7],
      ],
    ]);
  });

  it('along axis 1, with negative indices', async () => {
    const [y] = await runNode({
      operator: 'Gather',
      inputs: [
        float([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        integer([-1, 0]),
      ],
      attributes: { axis: int(1) },
    });
    expect(nested(y)).toEqual([
      [3, 1],
      [6, 4],
    ]);
  });

  it.each([[3], [-4]])('refuses index %i of 3', async (index) => {
    const call = runNode({ operator: 'Gather', inputs: [float([1, 2, 3]), integer([index])] });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('GatherElements, by the examples of the ONNX specification', () => {
  it('along axis 1', async () => {
    const [y] = await runNode({
      operator: 'GatherElements',
      inputs: [
        float([
          [1, 2],
          [3, 4],
        ]),
        integer([
          [0, 0],
          [1, 0],
        ]),
      ],
      attributes: { axis: int(1) },
    });
    expect(nested(y)).toEqual([
      [1, 1],
      [4, 3],
    ]);
  });

  it('along axis 0, with negative indices', async () => {
    const [y] = await runNode({
      operator: 'GatherElements',
      inputs: [
        float([
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ]),
        integer([
          [-1, -2, 0],
          [-2, 0, 0],
        ]),
      ],
    });
    expect(nested(y)).toEqual([
      [7, 5, 3],
      [4, 2, 3],
    ]);
  });
});

describe('GatherND, by the examples of the ONNX specification', () => {
  const square = float([
    [0, 1],
    [2, 3],
  ]);
  const cube = float([
    [
      [0, 1],
      [2, 3],
    ],
    [
      [4, 5],
      [6, 7],
    ],
  ]);

  it.each([
    [
      'elements',
      square,
      [
        [0, 0],
        [1, 1],
      ],
      0,
      [0, 3],
    ],
    [
      'rows',
      square,
      [[1], [0]],
      0,
      [
        [2, 3],
        [0, 1],
      ],
    ],
    [
      'rows of a cube',
      cube,
      [
        [0, 1],
        [1, 0],
      ],
      0,
      [
        [2, 3],
        [4, 5],
      ],
    ],
    ['blocks of tuples', cube, [[[0, 1]], [[1, 0]]], 0, [[[2, 3]], [[4, 5]]]],
    [
      'with a batch axis',
      cube,
      [[1], [0]],
      1,
      [
        [2, 3],
        [4, 5],
      ],
    ],
  ])('%s', async (_, x, indices, batchAxes, expected) => {
    const [y] = await runNode({
      operator: 'GatherND',
      inputs: [x, integer(indices)],
      attributes: { batch_dims: int(batchAxes) },
    });
    expect(nested(y)).toEqual(expected);
  });
});

describe('ScatterElements, by the examples of the ONNX specification', () => {
  it('along axis 0', async () => {
    const [y] = await runNode({
      operator: 'ScatterElements',
      inputs: [
        float([
          [0, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ]),
        integer([
          [1, 0, 2],
          [0, 2, 1],
        ]),
        float([
          [1, 1.1, 1.2],
          [2, 2.1, 2.2],
        ]),
      ],
    });
    expect(nested(y)).toEqual([
      [2, 1.1, 0],
      [1, 0, 2.2],
      [0, 2.1, 1.2],
    ]);
  });

  it.each([
    ['none', [1, 1.1, 3, 2.1, 5]],
    ['add', [1, 1.1 + 2, 3, 2.1 + 4, 5]],
    ['mul', [1, 2.2, 3, 2.1 * 4, 5]],
    ['max', [1, 2, 3, 4, 5]],
    ['min', [1, 1.1, 3, 2.1, 5]],
  ])('along axis 1, reduction %s', async (reduction, expected) => {
    const [y] = await runNode({
      operator: 'ScatterElements',
      inputs: [float([[1, 2, 3, 4, 5]]), integer([[1, -2]]), float([[1.1, 2.1]])],
      attributes: { axis: int(1), reduction: string(reduction) },
      opset: 18,
    });
    expect(nested(y)).toEqual([expected]);
  });

  it('adds up repeated indices', async () => {
    const [y] = await runNode({
      operator: 'ScatterElements',
      inputs: [float([1, 2]), integer([1, 1, 1]), float([10, 20, 30])],
      attributes: { reduction: string('add') },
      opset: 16,
    });
    expect(nested(y)).toEqual([1, 62]);
  });
});

describe('ScatterND, by the examples of the ONNX specification', () => {
  it('replaces elements', async () => {
    const [y] = await runNode({
      operator: 'ScatterND',
      inputs: [
        float([1, 2, 3, 4, 5, 6, 7, 8]),
        integer([[4], [3], [1], [7]]),
        float([9, 10, 11, 12]),
      ],
    });
    expect(nested(y)).toEqual([1, 11, 3, 10, 9, 6, 7, 12]);
  });

  it('adds rows', async () => {
    const [y] = await runNode({
      operator: 'ScatterND',
      inputs: [
        float([
          [1, 2],
          [3, 4],
        ]),
        integer([[1], [1]]),
        float([
          [10, 20],
          [100, 200],
        ]),
      ],
      attributes: { reduction: string('add') },
      opset: 18,
    });
    expect(nested(y)).toEqual([
      [1, 2],
      [113, 224],
    ]);
  });

  it('refuses updates of another size', async () => {
    const call = runNode({
      operator: 'ScatterND',
      inputs: [float([1, 2]), integer([[0]]), float([1, 2])],
    });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});

describe('OneHot', () => {
  const values = float([2, 5]);

  it('puts the new axis last by default', async () => {
    const [y] = await runNode({
      operator: 'OneHot',
      inputs: [integer([0, 2, -1]), integer(3), values],
    });
    expect(nested(y)).toEqual([
      [5, 2, 2],
      [2, 2, 5],
      [2, 2, 5],
    ]);
  });

  it('puts it where the axis says, and skips indices out of range', async () => {
    const [y] = await runNode({
      operator: 'OneHot',
      inputs: [integer([0, 3, -4]), integer(3), values],
      attributes: { axis: int(0) },
    });
    expect(nested(y)).toEqual([
      [5, 2, 2],
      [2, 2, 2],
      [2, 2, 2],
    ]);
  });
});
