import { describe, expect, it } from 'vitest';
import { float32, int64, tensor, zeros } from '@msanet/tensor';
import { float, int, ints, string, tensorAttribute } from '../../src/index.js';
import { constant, content, infer, value, zeroConstant } from './single-node.js';

const i64 = (...values: number[]) => constant(int64(values));
const f32 = (...values: number[]) => constant(float32(values));
const scalar = (number: number) => constant(int64([number], []));
const flags = (...values: number[]) =>
  constant(tensor('bool', [values.length], Uint8Array.from(values)));
const grid = constant(int64([0, 1, 2, 3, 4, 5], [2, 3]));

/** Known content after each operator, by hand from the operators' specifications. */
const known = [
  ['Shape', infer('Shape', [value([2, 3, 4])]), [2, 3, 4]],
  ['Shape of a slice', infer('Shape', [value([2, 3, 4])], { start: int(1) }), [3, 4]],
  ['Size', infer('Size', [value([2, 3, 4])]), [24]],
  ['Gather', infer('Gather', [i64(7, 8, 9), scalar(-1)]), [9]],
  ['Gather of columns', infer('Gather', [grid, i64(2, 0)], { axis: int(1) }), [2, 0, 5, 3]],
  ['Concat', infer('Concat', [i64(1), i64(2, 3)], { axis: int(0) }), [1, 2, 3]],
  [
    'Concat of columns',
    infer('Concat', [grid, grid], { axis: int(1) }),
    [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5],
  ],
  ['Slice', infer('Slice', [i64(1, 2, 3, 4), i64(1), i64(99), i64(0), i64(2)]), [2, 4]],
  [
    'Slice backwards',
    infer('Slice', [i64(1, 2, 3, 4), i64(-1), i64(-99), i64(0), i64(-1)]),
    [4, 3, 2, 1],
  ],
  ['Unsqueeze', infer('Unsqueeze', [scalar(5), i64(0)]), [5]],
  ['Squeeze', infer('Squeeze', [i64(5)]), [5]],
  ['Reshape', infer('Reshape', [grid, i64(-1)]), [0, 1, 2, 3, 4, 5]],
  ['Cast to integer', infer('Cast', [f32(1.9, -1.9)], { to: int(7) }), [1, -1]],
  ['Cast to bool', infer('Cast', [f32(0, -0.5)], { to: int(9) }), [0, 1]],
  ['Cast to uint8', infer('Cast', [i64(257, -1)], { to: int(2) }), [1, 255]],
  ['CastLike', infer('CastLike', [i64(3), value([], 'float32')]), undefined],
  ['CastLike a constant', infer('CastLike', [i64(3), f32(0)]), [3]],
  ['Add', infer('Add', [i64(1, 2), i64(10)]), [11, 12]],
  ['Sub', infer('Sub', [i64(1, 2), i64(10)]), [-9, -8]],
  ['Mul', infer('Mul', [f32(0.5, 2), f32(3)]), [1.5, 6]],
  ['Div truncates', infer('Div', [i64(7, -7), i64(2)]), [3, -3]],
  ['Div by zero', infer('Div', [i64(7), i64(0)]), undefined],
  ['Mod has the sign of the divisor', infer('Mod', [i64(7, -7), i64(3, 3)]), [1, 2]],
  [
    'Mod with fmod has that of the dividend',
    infer('Mod', [i64(-7), i64(3)], { fmod: int(1) }),
    [-1],
  ],
  ['Pow', infer('Pow', [i64(3), i64(4)]), [81]],
  ['Pow beyond int64', infer('Pow', [i64(3), i64(2 ** 40)]), undefined],
  ['Min', infer('Min', [i64(3, 9), i64(5), i64(4, 4)]), [3, 4]],
  ['Max', infer('Max', [f32(3, 9), f32(5)]), [5, 9]],
  ['Neg', infer('Neg', [i64(3, -4)]), [-3, 4]],
  ['Floor', infer('Floor', [f32(-1.5, 1.5)]), [-2, 1]],
  ['Ceil', infer('Ceil', [f32(-1.5, 1.5)]), [-1, 2]],
  ['Round goes to even', infer('Round', [f32(0.5, 1.5, 2.5, -2.5, -1.5)]), [0, 2, 2, -2, -2]],
  ['Sqrt', infer('Sqrt', [f32(16)]), [4]],
  ['Range', infer('Range', [scalar(2), scalar(9), scalar(3)]), [2, 5, 8]],
  [
    'ConstantOfShape',
    infer('ConstantOfShape', [i64(2)], { value: tensorAttribute(int64([7])) }),
    [7, 7],
  ],
  ['Constant', infer('Constant', [], { value_ints: ints([4, 5]) }), [4, 5]],
  ['Constant float', infer('Constant', [], { value_float: float(0.5) }), [0.5]],
  ['Expand', infer('Expand', [i64(4), i64(3)]), [4, 4, 4]],
  ['Tile', infer('Tile', [i64(4, 5), i64(2)]), [4, 5, 4, 5]],
  ['Transpose', infer('Transpose', [grid]), [0, 3, 1, 4, 2, 5]],
  ['Split', infer('Split', [i64(1, 2, 3, 4)], {}, { outputs: 2 }), [1, 2]],
  ['second Split', infer('Split', [i64(1, 2, 3, 4)], {}, { outputs: 2 }).slice(1), [3, 4]],
  ['Pad with cut', infer('Pad', [i64(1, 2, 3), i64(2, -1), scalar(9)]), [9, 9, 1, 2]],
  ['Trilu', infer('Trilu', [grid, scalar(1)]), [0, 1, 2, 0, 0, 5]],
  ['lower Trilu', infer('Trilu', [grid], { upper: int(0) }), [0, 0, 0, 3, 4, 0]],
  ['Where', infer('Where', [flags(1, 0), i64(1, 2), i64(8, 9)]), [1, 9]],
  ['Equal', infer('Equal', [i64(-1, 3), i64(-1)]), [1, 0]],
  ['Less', infer('Less', [f32(1, 2), f32(2)]), [1, 0]],
  ['Not', infer('Not', [flags(1, 0)]), [0, 1]],
  ['And', infer('And', [flags(1, 0), flags(1)]), [1, 0]],
  ['Or', infer('Or', [flags(1, 0), flags(0)]), [1, 0]],
  ['Xor', infer('Xor', [flags(1, 0), flags(1)]), [0, 1]],
  ['ReduceProd', infer('ReduceProd', [i64(2, 3, 4)], { keepdims: int(0) }), [24]],
  ['ReduceSum of rows', infer('ReduceSum', [grid, i64(1)], { keepdims: int(0) }), [3, 12]],
  ['ReduceMax of columns', infer('ReduceMax', [grid], { axes: ints([0]) }), [3, 4, 5]],
  ['ReduceMean', infer('ReduceMean', [f32(1, 2, 6)]), [3]],
  ['ReduceL2', infer('ReduceL2', [f32(3, 4)]), [5]],
  ['Identity', infer('Identity', [i64(1, 2)]), [1, 2]],
  ['Dropout', infer('Dropout', [f32(1, 2)]), [1, 2]],
] as const;

describe('constants', () => {
  it.each(known)('%s', (_, result, expected) => {
    expect(content(result)).toEqual(expected);
  });

  it('keeps the largest int64 exact through movement', () => {
    const large = constant(tensor('int64', [1], BigInt64Array.of(2n ** 63n - 1n)));
    expect(infer('Concat', [large, large], { axis: int(0) })[0].constant?.data).toEqual(
      BigInt64Array.of(2n ** 63n - 1n, 2n ** 63n - 1n),
    );
    expect(infer('Slice', [value([5]), i64(1), large])[0].shape).toEqual([4]);
  });

  it('wraps int64 arithmetic as two’s complement', () => {
    const large = constant(tensor('int64', [1], BigInt64Array.of(2n ** 63n - 1n)));
    expect(infer('Add', [large, i64(1)])[0].constant?.data).toEqual(BigInt64Array.of(-(2n ** 63n)));
  });

  it('rounds float32 arithmetic to float32', () => {
    expect(content(infer('Add', [f32(0.1), f32(0.2)]))).toEqual([
      Math.fround(Math.fround(0.1) + Math.fround(0.2)),
    ]);
  });

  it('shares the content of a reshaped constant instead of copying it', () => {
    const weights = zeros('float32', [64, 64]);
    const flat = infer('Flatten', [constant(weights)])[0];
    expect(flat.constant?.data).toBe(weights.data);
  });

  it('does not compute with large constants', () => {
    expect(content(infer('Neg', [zeroConstant([1025])]))).toBeUndefined();
    expect(content(infer('Expand', [zeroConstant([1]), i64(1025)]))).toBeUndefined();
  });

  it('does not know what depends on the input', () => {
    expect(content(infer('Add', [value([1]), f32(1)]))).toBeUndefined();
    expect(content(infer('Gather', [i64(1, 2), value([], 'int64')]))).toBeUndefined();
  });

  it('leaves a NaN cast to an integer open', () => {
    expect(content(infer('Cast', [f32(NaN)], { to: int(7) }))).toBeUndefined();
  });

  it('does not compute pads that mirror the content', () => {
    const result = infer('Pad', [i64(1, 2), i64(1, 0)], { mode: string('reflect') });
    expect(result[0].shape).toEqual([3]);
    expect(content(result)).toBeUndefined();
  });
});
