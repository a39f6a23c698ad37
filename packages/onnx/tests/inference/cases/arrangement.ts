import { zeros } from '@msanet/tensor';
import { int, ints, string, tensorAttribute } from '../../../src/index.js';
import { value } from '../single-node.js';
import { f32, i64, scalar64, x, type ShapeCase } from './shape-case.js';

const reductions = ['Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'SumSquare', 'LogSumExp'].flatMap(
  (kind): ShapeCase[] => [
    {
      op: `Reduce${kind}`,
      inputs: [x],
      attributes: { axes: ints([1, -1]), keepdims: int(0) },
      shapes: [[2, 8]],
    },
    { op: `Reduce${kind}`, inputs: [x, i64(0)], opset: 18, shapes: [[1, 6, 8, 10]] },
    { op: `Reduce${kind}`, inputs: [x], opset: 18, shapes: [[1, 1, 1, 1]] },
  ],
);

/** Reductions, searches, movement, indexing, resizing, creation and conversion. */
export const arrangementCases: readonly ShapeCase[] = [
  ...reductions,
  // Reductions and searches
  {
    op: 'ReduceSum',
    inputs: [x, i64()],
    attributes: { noop_with_empty_axes: int(1) },
    shapes: [x.shape],
  },
  { op: 'ReduceSum', inputs: [x, i64(-2)], attributes: { keepdims: int(0) }, shapes: [[2, 6, 10]] },
  {
    op: 'ArgMax',
    inputs: [x],
    attributes: { axis: int(1) },
    shapes: [[2, 1, 8, 10]],
    dtypes: ['int64'],
  },
  {
    op: 'ArgMin',
    inputs: [x],
    attributes: { keepdims: int(0) },
    shapes: [[6, 8, 10]],
    dtypes: ['int64'],
  },
  {
    op: 'TopK',
    inputs: [x, i64(4)],
    attributes: { axis: int(1) },
    shapes: [
      [2, 4, 8, 10],
      [2, 4, 8, 10],
    ],
    dtypes: ['float32', 'int64'],
  },
  { op: 'CumSum', inputs: [x, scalar64(-1)], shapes: [x.shape] },
  // Movement
  {
    op: 'Slice',
    inputs: [value([20, 10, 5]), i64(0, 0), i64(3, 10), i64(0, 1), i64(1, 1)],
    shapes: [[3, 10, 5]],
  },
  { op: 'Slice', inputs: [value([20, 10, 5]), i64(0, 1), i64(-1, 1000)], shapes: [[19, 9, 5]] },
  {
    op: 'Slice',
    inputs: [value([20, 10, 5]), i64(20, 10, 4), i64(0, 0, 1), i64(0, 1, 2), i64(-1, -3, -2)],
    shapes: [[19, 3, 2]],
  },
  { op: 'Slice', inputs: [value([20]), i64(1000), i64(1000)], shapes: [[0]] },
  {
    op: 'Gather',
    inputs: [value([3, 4, 5]), value([2, 7], 'int64')],
    attributes: { axis: int(1) },
    shapes: [[3, 2, 7, 5]],
  },
  { op: 'Gather', inputs: [value([3, 4]), value([], 'int32')], shapes: [[4]] },
  {
    op: 'GatherElements',
    inputs: [value([3, 4]), value([2, 9], 'int64')],
    attributes: { axis: int(1) },
    shapes: [[2, 9]],
  },
  { op: 'GatherND', inputs: [value([2, 3, 4]), value([5, 2], 'int64')], shapes: [[5, 4]] },
  {
    op: 'GatherND',
    inputs: [value([2, 3, 4]), value([2, 1], 'int64')],
    attributes: { batch_dims: int(1) },
    shapes: [[2, 4]],
  },
  {
    op: 'ScatterElements',
    inputs: [value([3, 4]), value([2, 4], 'int64'), value([2, 4])],
    shapes: [[3, 4]],
  },
  {
    op: 'ScatterND',
    inputs: [value([4, 5, 6]), value([7, 2], 'int64'), value([7, 6])],
    attributes: { reduction: string('add') },
    shapes: [[4, 5, 6]],
  },
  { op: 'Pad', inputs: [value([3, 4]), i64(0, 2, -1, 1)], shapes: [[2, 7]] },
  {
    op: 'Pad',
    inputs: [value([3, 4]), i64(3, -2), undefined, i64(-1)],
    attributes: { mode: string('edge') },
    opset: 18,
    shapes: [[3, 5]],
  },
  {
    op: 'Concat',
    inputs: [value([2, 3]), value([2, 4])],
    attributes: { axis: int(-1) },
    shapes: [[2, 7]],
  },
  {
    op: 'Split',
    inputs: [value([6, 2])],
    shapes: [
      [3, 2],
      [3, 2],
    ],
  },
  {
    op: 'Split',
    inputs: [value([7, 2]), i64(2, 5)],
    shapes: [
      [2, 2],
      [5, 2],
    ],
  },
  {
    op: 'Split',
    inputs: [value([2, 7])],
    attributes: { axis: int(1), num_outputs: int(3) },
    opset: 18,
    shapes: [
      [2, 3],
      [2, 3],
      [2, 1],
    ],
  },
  { op: 'Tile', inputs: [value([2, 3]), i64(2, 4)], shapes: [[4, 12]] },
  { op: 'Expand', inputs: [value([3, 1]), i64(2, 1, 6)], shapes: [[2, 3, 6]] },
  { op: 'Expand', inputs: [value([3, 4]), i64(1)], shapes: [[3, 4]] },
  { op: 'Transpose', inputs: [value([2, 3, 4])], shapes: [[4, 3, 2]] },
  {
    op: 'Transpose',
    inputs: [value([2, 3, 4])],
    attributes: { perm: ints([1, 0, 2]) },
    shapes: [[3, 2, 4]],
  },
  { op: 'Reshape', inputs: [value([2, 3, 4]), i64(0, -1)], shapes: [[2, 12]] },
  {
    op: 'Reshape',
    inputs: [value([2, 0, 4]), i64(0, 8)],
    attributes: { allowzero: int(1) },
    shapes: [[0, 8]],
  },
  { op: 'Squeeze', inputs: [value([1, 3, 1])], shapes: [[3]] },
  { op: 'Squeeze', inputs: [value([1, 3, 1]), i64(-1)], shapes: [[1, 3]] },
  { op: 'Unsqueeze', inputs: [value([3, 4]), i64(-1, 0)], shapes: [[1, 3, 4, 1]] },
  { op: 'Flatten', inputs: [x], shapes: [[2, 480]] },
  { op: 'Flatten', inputs: [x], attributes: { axis: int(-1) }, shapes: [[96, 10]] },
  { op: 'Flatten', inputs: [x], attributes: { axis: int(0) }, shapes: [[1, 960]] },
  {
    op: 'DepthToSpace',
    inputs: [value([1, 8, 2, 3])],
    attributes: { blocksize: int(2) },
    shapes: [[1, 2, 4, 6]],
  },
  {
    op: 'SpaceToDepth',
    inputs: [value([1, 2, 4, 6])],
    attributes: { blocksize: int(2) },
    shapes: [[1, 8, 2, 3]],
  },
  { op: 'Trilu', inputs: [value([2, 3, 4]), scalar64(1)], shapes: [[2, 3, 4]] },
  // Resize
  { op: 'Resize', inputs: [x, undefined, f32(1, 1, 2, 0.5)], shapes: [[2, 6, 16, 5]] },
  { op: 'Resize', inputs: [x, undefined, undefined, i64(2, 6, 5, 7)], shapes: [[2, 6, 5, 7]] },
  { op: 'Resize', inputs: [x, f32(), f32(), i64(2, 6, 5, 7)], shapes: [[2, 6, 5, 7]] },
  {
    op: 'Resize',
    inputs: [x, undefined, undefined, i64(4, 8)],
    attributes: { axes: ints([2, 3]), keep_aspect_ratio_policy: string('not_larger') },
    opset: 18,
    shapes: [[2, 6, 4, 5]],
  },
  {
    op: 'Resize',
    inputs: [x, undefined, undefined, i64(4, 8)],
    attributes: { axes: ints([2, 3]), keep_aspect_ratio_policy: string('not_smaller') },
    opset: 18,
    shapes: [[2, 6, 6, 8]],
  },
  {
    op: 'Resize',
    inputs: [value([8, 8]), f32(0.25, 0, 0.75, 1), undefined, i64(5, 6)],
    attributes: { coordinate_transformation_mode: string('tf_crop_and_resize') },
    shapes: [[5, 6]],
  },
  // Making values
  {
    op: 'Constant',
    inputs: [],
    attributes: { value: tensorAttribute(zeros('int32', [2, 2])) },
    shapes: [[2, 2]],
    dtypes: ['int32'],
  },
  {
    op: 'Constant',
    inputs: [],
    attributes: { value_floats: { type: 'floats', value: [1, 2] } },
    shapes: [[2]],
  },
  { op: 'ConstantOfShape', inputs: [i64(3, 2)], shapes: [[3, 2]] },
  { op: 'ConstantOfShape', inputs: [i64()], shapes: [[]] },
  {
    op: 'Range',
    inputs: [scalar64(3), scalar64(10), scalar64(3)],
    shapes: [[3]],
    dtypes: ['int64'],
  },
  {
    op: 'Range',
    inputs: [scalar64(10), scalar64(4), scalar64(-2)],
    shapes: [[3]],
    dtypes: ['int64'],
  },
  {
    op: 'EyeLike',
    inputs: [value([3, 4], 'int32')],
    attributes: { dtype: int(11) },
    shapes: [[3, 4]],
    dtypes: ['float64'],
  },
  {
    op: 'OneHot',
    inputs: [value([2, 3], 'int64'), scalar64(5), value([2])],
    attributes: { axis: int(1) },
    shapes: [[2, 5, 3]],
  },
  { op: 'Shape', inputs: [x], shapes: [[4]], dtypes: ['int64'] },
  {
    op: 'Shape',
    inputs: [x],
    attributes: { start: int(-3), end: int(-1) },
    shapes: [[2]],
    dtypes: ['int64'],
  },
  { op: 'Size', inputs: [x], shapes: [[]], dtypes: ['int64'] },
  { op: 'Cast', inputs: [x], attributes: { to: int(7) }, shapes: [x.shape], dtypes: ['int64'] },
  { op: 'CastLike', inputs: [x, value([], 'float16')], shapes: [x.shape], dtypes: ['float16'] },
  { op: 'QuantizeLinear', inputs: [x, value([])], shapes: [x.shape], dtypes: ['uint8'] },
  {
    op: 'QuantizeLinear',
    inputs: [x, value([6]), value([6], 'int8')],
    attributes: { axis: int(1) },
    shapes: [x.shape],
    dtypes: ['int8'],
  },
  { op: 'DequantizeLinear', inputs: [value([2, 6], 'int8'), value([])], shapes: [[2, 6]] },
  {
    op: 'DequantizeLinear',
    inputs: [value([2, 6], 'int8'), value([2, 3])],
    attributes: { axis: int(1), block_size: int(2) },
    opset: 21,
    shapes: [[2, 6]],
  },
];
