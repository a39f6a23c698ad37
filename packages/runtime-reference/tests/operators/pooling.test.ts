import { int, ints, string } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { counting, float, nested, runNode } from '../run-node.js';

/** 1 … 25 in a 5×5 image, as in the ONNX specification's precomputed examples. */
const image = counting([1, 1, 5, 5], 1);

describe('MaxPool, by the examples of the ONNX specification', () => {
  it('with pads and indices', async () => {
    const [y, indices] = await runNode({
      operator: 'MaxPool',
      inputs: [image],
      attributes: { kernel_shape: ints([5, 5]), pads: ints([2, 2, 2, 2]) },
      outputs: 2,
    });
    const values = [
      [13, 14, 15, 15, 15],
      [18, 19, 20, 20, 20],
      [23, 24, 25, 25, 25],
      [23, 24, 25, 25, 25],
      [23, 24, 25, 25, 25],
    ];
    expect(nested(y)).toEqual([[values]]);
    expect(nested(indices)).toEqual([[values.map((row) => row.map((value) => value - 1))]]);
    expect(indices.dtype).toBe('int64');
  });

  it('with strides', async () => {
    const [y] = await runNode({
      operator: 'MaxPool',
      inputs: [image],
      attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [7, 9],
          [17, 19],
        ],
      ],
    ]);
  });

  it('with auto_pad SAME_UPPER', async () => {
    const [y] = await runNode({
      operator: 'MaxPool',
      inputs: [image],
      attributes: {
        kernel_shape: ints([3, 3]),
        strides: ints([2, 2]),
        auto_pad: string('SAME_UPPER'),
      },
    });
    expect(nested(y)).toEqual([
      [
        [
          [7, 9, 10],
          [17, 19, 20],
          [22, 24, 25],
        ],
      ],
    ]);
  });

  it('with ceil_mode', async () => {
    const [y] = await runNode({
      operator: 'MaxPool',
      inputs: [counting([1, 1, 4, 4], 1)],
      attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), ceil_mode: int(1) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [11, 12],
          [15, 16],
        ],
      ],
    ]);
  });

  it('with dilations', async () => {
    const [y] = await runNode({
      operator: 'MaxPool',
      inputs: [counting([1, 1, 4, 4], 1)],
      attributes: { kernel_shape: ints([2, 2]), dilations: ints([2, 2]) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [11, 12],
          [15, 16],
        ],
      ],
    ]);
  });

  it('takes the first of equal elements, and counts indices through the whole operand', async () => {
    const [, indices] = await runNode({
      operator: 'MaxPool',
      inputs: [
        float([
          [
            [4, 4, 1, 1],
            [0, 3, 2, 2],
          ],
        ]),
      ],
      attributes: { kernel_shape: ints([2]), strides: ints([2]) },
      outputs: 2,
    });
    expect(nested(indices)).toEqual([
      [
        [0, 2],
        [5, 6],
      ],
    ]);
  });

  it('takes the maximum of negative elements, not the padding', async () => {
    const [y] = await runNode({
      operator: 'MaxPool',
      inputs: [float([[[-3, -Infinity, -2]]])],
      attributes: { kernel_shape: ints([2]), pads: ints([1, 0]) },
    });
    expect(nested(y)).toEqual([[[-3, -3, -2]]]);
  });

  it('refuses column-major indices', async () => {
    const call = runNode({
      operator: 'MaxPool',
      inputs: [image],
      attributes: { kernel_shape: ints([2, 2]), storage_order: int(1) },
    });
    await expect(call).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED' });
  });
});

describe('AveragePool, by the examples of the ONNX specification', () => {
  it('with pads that are not counted', async () => {
    const [y] = await runNode({
      operator: 'AveragePool',
      inputs: [image],
      attributes: { kernel_shape: ints([5, 5]), pads: ints([2, 2, 2, 2]) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [7, 7.5, 8, 8.5, 9],
          [9.5, 10, 10.5, 11, 11.5],
          [12, 12.5, 13, 13.5, 14],
          [14.5, 15, 15.5, 16, 16.5],
          [17, 17.5, 18, 18.5, 19],
        ],
      ],
    ]);
  });

  it('with pads that are counted', async () => {
    const [y] = await runNode({
      operator: 'AveragePool',
      inputs: [image],
      attributes: {
        kernel_shape: ints([5, 5]),
        pads: ints([2, 2, 2, 2]),
        count_include_pad: int(1),
      },
    });
    const [[first]] = nested(y) as number[][][][];
    const expected = [2.52, 3.6, 4.8, 4.08, 3.24];
    expected.forEach((value, column) => expect(first[0][column]).toBeCloseTo(value, 12));
  });

  it('with ceil_mode, where the overhang counts as nothing', async () => {
    const [y] = await runNode({
      operator: 'AveragePool',
      inputs: [counting([1, 1, 4, 4], 1)],
      attributes: {
        kernel_shape: ints([3, 3]),
        strides: ints([2, 2]),
        ceil_mode: int(1),
        count_include_pad: int(1),
      },
    });
    expect(nested(y)).toEqual([
      [
        [
          [6, 7.5],
          [12, 13.5],
        ],
      ],
    ]);
  });

  it('with auto_pad SAME_UPPER', async () => {
    const [y] = await runNode({
      operator: 'AveragePool',
      inputs: [image],
      attributes: {
        kernel_shape: ints([3, 3]),
        strides: ints([2, 2]),
        auto_pad: string('SAME_UPPER'),
      },
    });
    expect(nested(y)).toEqual([
      [
        [
          [4, 5.5, 7],
          [11.5, 13, 14.5],
          [19, 20.5, 22],
        ],
      ],
    ]);
  });

  it('with dilations', async () => {
    const [y] = await runNode({
      operator: 'AveragePool',
      inputs: [counting([1, 1, 4, 4], 1)],
      attributes: { kernel_shape: ints([2, 2]), dilations: ints([2, 2]) },
      opset: 19,
    });
    expect(nested(y)).toEqual([
      [
        [
          [6, 7],
          [10, 11],
        ],
      ],
    ]);
  });
});

it('pools whole planes', async () => {
  const [mean] = await runNode({ operator: 'GlobalAveragePool', inputs: [counting([1, 2, 2, 2])] });
  const [top] = await runNode({ operator: 'GlobalMaxPool', inputs: [counting([1, 2, 2, 2])] });
  expect(nested(mean)).toEqual([[[[1.5]], [[5.5]]]]);
  expect(nested(top)).toEqual([[[[3]], [[7]]]]);
});
