import { int, ints, string, type Attributes } from '@msanet/onnx';
import { float64, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { counting, float, integer, nested, runNode } from '../run-node.js';

const byScales = (x: Tensor, scales: number[], attributes: Attributes = {}, opset = 17) =>
  runNode({
    operator: 'Resize',
    inputs: [x, undefined, float64(scales)],
    attributes,
    opset,
  });

const bySizes = (x: Tensor, sizes: number[], attributes: Attributes = {}, opset = 18) =>
  runNode({
    operator: 'Resize',
    inputs: [x, undefined, undefined, integer(sizes)],
    attributes,
    opset,
  });

const two = float([
  [
    [
      [1, 2],
      [3, 4],
    ],
  ],
]);

describe('Resize, by the examples of the ONNX specification', () => {
  it('nearest, by scales', async () => {
    const [y] = await byScales(two, [1, 1, 2, 3]);
    expect(nested(y)).toEqual([
      [
        [
          [1, 1, 1, 2, 2, 2],
          [1, 1, 1, 2, 2, 2],
          [3, 3, 3, 4, 4, 4],
          [3, 3, 3, 4, 4, 4],
        ],
      ],
    ]);
  });

  it('linear, by scales', async () => {
    const [y] = await byScales(two, [1, 1, 2, 2], { mode: string('linear') });
    expect(nested(y)).toEqual([
      [
        [
          [1, 1.25, 1.75, 2],
          [1.5, 1.75, 2.25, 2.5],
          [2.5, 2.75, 3.25, 3.5],
          [3, 3.25, 3.75, 4],
        ],
      ],
    ]);
  });

  it('linear, downwards, keeps the scale that was given', async () => {
    const [y] = await byScales(counting([1, 1, 2, 4], 1), [1, 1, 0.6, 0.6], {
      mode: string('linear'),
    });
    const [[[row]]] = nested(y) as number[][][][];
    expect(y.shape).toEqual([1, 1, 1, 2]);
    expect(row[0]).toBeCloseTo(2.6666665, 6);
    expect(row[1]).toBeCloseTo(4.3333331, 6);
  });

  it('linear, half_pixel_symmetric', async () => {
    const [y] = await byScales(
      float([[[[1, 2, 3, 4]]]]),
      [1, 1, 1, 0.6],
      {
        mode: string('linear'),
        coordinate_transformation_mode: string('half_pixel_symmetric'),
      },
      19,
    );
    const [[[row]]] = nested(y) as number[][][][];
    expect(row[0]).toBeCloseTo(1.6666667, 6);
    expect(row[1]).toBeCloseTo(3.3333333, 6);
  });

  it.each([
    ['not_larger', [2, 2], [7, 8], [7, 7]],
    ['not_smaller', [2, 2], [7, 8], [8, 8]],
    ['not_larger', [2, 4], [1, 3], [1, 2]],
    ['not_smaller', [2, 4], [1, 3], [2, 3]],
  ])('keep_aspect_ratio_policy %s: %j to %j', async (policy, from, sizes, expected) => {
    const [y] = await bySizes(counting([1, 1, ...from]), sizes, {
      axes: ints([2, 3]),
      keep_aspect_ratio_policy: string(policy),
    });
    expect(y.shape).toEqual([1, 1, ...expected]);
  });

  it('a nearest half goes down, or up with round_prefer_ceil', async () => {
    // Halving with half_pixel asks for position 0.5, 2.5, …
    const x = float([[[[0, 1, 2, 3]]]]);
    const [down] = await bySizes(x, [1, 1, 1, 2]);
    const [up] = await bySizes(x, [1, 1, 1, 2], { nearest_mode: string('round_prefer_ceil') });
    expect(nested(down)).toEqual([[[[0, 2]]]]);
    expect(nested(up)).toEqual([[[[1, 3]]]]);
  });
});

describe('refused forms of Resize', () => {
  it.each([
    [{ antialias: int(1) }],
    [{ mode: string('area') }],
    [{ coordinate_transformation_mode: string('tf_crop_and_resize') }],
    [{ nearest_mode: string('round') }],
  ])('%j', async (attributes) => {
    await expect(bySizes(two, [1, 1, 3, 3], attributes)).rejects.toMatchObject({
      code: 'OPERATOR_UNSUPPORTED',
    });
  });

  it('another number of sizes than axes', async () => {
    await expect(bySizes(two, [3, 3])).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});
