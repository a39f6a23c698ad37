import { ints, string } from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { counting, float, nested, runNode } from '../run-node.js';

/** The 3×3 kernel of ones of the ONNX specification's examples. */
const ones = float([
  [
    [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ],
  ],
]);
const kernelShape = { kernel_shape: ints([3, 3]) };

describe('Conv, by the examples of the ONNX specification', () => {
  it('with padding', async () => {
    const [y] = await runNode({
      operator: 'Conv',
      inputs: [counting([1, 1, 5, 5]), ones],
      attributes: { ...kernelShape, pads: ints([1, 1, 1, 1]) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [12, 21, 27, 33, 24],
          [33, 54, 63, 72, 51],
          [63, 99, 108, 117, 81],
          [93, 144, 153, 162, 111],
          [72, 111, 117, 123, 84],
        ],
      ],
    ]);
  });

  it('without padding', async () => {
    const [y] = await runNode({ operator: 'Conv', inputs: [counting([1, 1, 5, 5]), ones] });
    expect(nested(y)).toEqual([
      [
        [
          [54, 63, 72],
          [99, 108, 117],
          [144, 153, 162],
        ],
      ],
    ]);
  });

  it('with strides and asymmetric padding', async () => {
    const [y] = await runNode({
      operator: 'Conv',
      inputs: [counting([1, 1, 7, 5]), ones],
      attributes: { ...kernelShape, strides: ints([2, 2]), pads: ints([1, 0, 1, 0]) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [21, 33],
          [99, 117],
          [189, 207],
          [171, 183],
        ],
      ],
    ]);
  });

  it('with auto_pad SAME_LOWER', async () => {
    const [y] = await runNode({
      operator: 'Conv',
      inputs: [counting([1, 1, 5, 5]), ones],
      attributes: { ...kernelShape, strides: ints([2, 2]), auto_pad: string('SAME_LOWER') },
    });
    expect(nested(y)).toEqual([
      [
        [
          [12, 27, 24],
          [63, 108, 81],
          [72, 117, 84],
        ],
      ],
    ]);
  });

  it('puts the odd pad at the end for SAME_UPPER and at the beginning for SAME_LOWER', async () => {
    const pair = float([[[1, 10]]]);
    const run = (autoPad: string) =>
      runNode({
        operator: 'Conv',
        inputs: [float([[[1, 2, 3]]]), pair],
        attributes: { auto_pad: string(autoPad) },
      });
    expect(nested((await run('SAME_UPPER'))[0])).toEqual([[[21, 32, 3]]]);
    expect(nested((await run('SAME_LOWER'))[0])).toEqual([[[10, 21, 32]]]);
  });
});

describe('ConvTranspose, by the examples of the ONNX specification', () => {
  const two = float([
    [
      [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
      [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
    ],
  ]);

  it('with the defaults', async () => {
    const [y] = await runNode({ operator: 'ConvTranspose', inputs: [counting([1, 1, 3, 3]), two] });
    const plane = [
      [0, 1, 3, 3, 2],
      [3, 8, 15, 12, 7],
      [9, 21, 36, 27, 15],
      [9, 20, 33, 24, 13],
      [6, 13, 21, 15, 8],
    ];
    expect(nested(y)).toEqual([[plane, plane]]);
  });

  it('in one dimension', async () => {
    const [y] = await runNode({
      operator: 'ConvTranspose',
      inputs: [
        float([[[0, 1, 2]]]),
        float([
          [
            [1, 1, 1],
            [1, 1, 1],
          ],
        ]),
      ],
    });
    expect(nested(y)).toEqual([
      [
        [0, 1, 3, 3, 2],
        [0, 1, 3, 3, 2],
      ],
    ]);
  });

  it('with dilations', async () => {
    const [y] = await runNode({
      operator: 'ConvTranspose',
      inputs: [
        float([
          [
            [
              [3, 8, 1],
              [9, 5, 7],
              [3, 2, 6],
            ],
          ],
        ]),
        float([
          [
            [
              [7, 2],
              [1, 9],
            ],
          ],
        ]),
      ],
      attributes: { dilations: ints([2, 2]) },
    });
    expect(nested(y)).toEqual([
      [
        [
          [21, 56, 13, 16, 2],
          [63, 35, 67, 10, 14],
          [24, 22, 76, 76, 21],
          [9, 5, 88, 45, 63],
          [3, 2, 33, 18, 54],
        ],
      ],
    ]);
  });

  it('with output_shape, output_padding and pads', async () => {
    const expected = [
      [0, 0, 1, 1, 3, 2, 2, 0],
      [0, 0, 1, 1, 3, 2, 2, 0],
      [0, 0, 1, 1, 3, 2, 2, 0],
      [3, 3, 7, 4, 9, 5, 5, 0],
      [3, 3, 7, 4, 9, 5, 5, 0],
      [3, 3, 7, 4, 9, 5, 5, 0],
      [6, 6, 13, 7, 15, 8, 8, 0],
      [6, 6, 13, 7, 15, 8, 8, 0],
      [6, 6, 13, 7, 15, 8, 8, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ];
    for (const attributes of [
      { strides: ints([3, 2]), output_shape: ints([10, 8]) },
      { strides: ints([3, 2]), output_padding: ints([1, 1]) },
    ]) {
      const [y] = await runNode({
        operator: 'ConvTranspose',
        inputs: [counting([1, 1, 3, 3]), two],
        attributes,
      });
      expect(nested(y)).toEqual([[expected, expected]]);
    }
    const [padded] = await runNode({
      operator: 'ConvTranspose',
      inputs: [counting([1, 1, 3, 3]), two],
      attributes: { strides: ints([3, 2]), pads: ints([1, 2, 1, 2]) },
    });
    const inner = [
      [1, 1, 3],
      [1, 1, 3],
      [7, 4, 9],
      [7, 4, 9],
      [7, 4, 9],
      [13, 7, 15],
      [13, 7, 15],
    ];
    expect(nested(padded)).toEqual([[inner, inner]]);
  });

  it('with auto_pad SAME_UPPER', async () => {
    const [y] = await runNode({
      operator: 'ConvTranspose',
      inputs: [counting([1, 1, 3, 3]), two],
      attributes: { strides: ints([2, 2]), auto_pad: string('SAME_UPPER') },
    });
    const plane = [
      [0, 0, 1, 1, 3, 2],
      [0, 0, 1, 1, 3, 2],
      [3, 3, 8, 5, 12, 7],
      [3, 3, 7, 4, 9, 5],
      [9, 9, 20, 11, 24, 13],
      [6, 6, 13, 7, 15, 8],
    ];
    expect(nested(y)).toEqual([[plane, plane]]);
  });
});

describe('refused convolutions', () => {
  it.each([
    ['weights of another channel count', [1, 2, 4, 4], [1, 3, 3, 3]],
    ['a kernel larger than the operand', [1, 1, 2, 2], [1, 1, 3, 3]],
    ['no spatial axes', [1, 2], [1, 2]],
  ])('%s', async (_, x, w) => {
    const call = runNode({ operator: 'Conv', inputs: [counting(x), counting(w)] });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  it('a kernel_shape that is not the weights’', async () => {
    const call = runNode({
      operator: 'Conv',
      inputs: [counting([1, 1, 5, 5]), ones],
      attributes: { kernel_shape: ints([2, 2]) },
    });
    await expect(call).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });

  it('too few strides', async () => {
    const call = runNode({
      operator: 'Conv',
      inputs: [counting([1, 1, 5, 5]), ones],
      attributes: { strides: ints([2]) },
    });
    await expect(call).rejects.toMatchObject({ code: 'GRAPH_INVALID' });
  });
});
