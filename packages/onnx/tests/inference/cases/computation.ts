import { float, int, ints, string } from '../../../src/index.js';
import { value } from '../single-node.js';
import { bool, x, type ShapeCase } from './shape-case.js';

const sameShapeUnary = [
  ...['Relu', 'LeakyRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Tanh'],
  ...['Softplus', 'Softsign', 'Erf', 'Exp', 'Log', 'Sqrt', 'Reciprocal', 'Abs', 'Neg', 'Sign'],
  ...[
    'Floor',
    'Ceil',
    'Round',
    'Sin',
    'Cos',
    'Clip',
    'Identity',
    'Dropout',
    'Softmax',
    'LogSoftmax',
  ],
].map((op): ShapeCase => ({ op, inputs: [x], shapes: [[2, 6, 8, 10]] }));

const broadcastBinary = ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Min', 'Max', 'Sum', 'Mean'].map(
  (op): ShapeCase => ({ op, inputs: [value([3, 1, 5]), value([4, 1])], shapes: [[3, 4, 5]] }),
);

const comparisons = ['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map(
  (op): ShapeCase => ({
    op,
    inputs: [value([3, 1]), value([4])],
    shapes: [[3, 4]],
    dtypes: ['bool'],
  }),
);

const truth = ['And', 'Or', 'Xor'].map((op): ShapeCase => ({
  op,
  inputs: [bool([2, 1]), bool([3])],
  shapes: [[2, 3]],
  dtypes: ['bool'],
}));

/** Elementwise operators, convolutions, pools, normalisations and products. */
export const computationCases: readonly ShapeCase[] = [
  ...sameShapeUnary,
  ...broadcastBinary,
  ...comparisons,
  ...truth,
  {
    op: 'Gelu',
    inputs: [x],
    opset: 20,
    attributes: { approximate: string('tanh') },
    shapes: [x.shape],
  },
  { op: 'Mish', inputs: [x], opset: 18, shapes: [x.shape] },
  { op: 'PRelu', inputs: [x, value([6, 1, 1])], shapes: [x.shape] },
  {
    op: 'Mod',
    inputs: [value([3], 'int64'), value([1], 'int64')],
    shapes: [[3]],
    dtypes: ['int64'],
  },
  { op: 'Not', inputs: [bool([3])], shapes: [[3]], dtypes: ['bool'] },
  { op: 'IsNaN', inputs: [x], shapes: [x.shape], dtypes: ['bool'] },
  { op: 'Where', inputs: [bool([4, 1]), value([5]), value([3, 1, 1])], shapes: [[3, 4, 5]] },
  // Convolutions
  { op: 'Conv', inputs: [x, value([4, 6, 3, 3]), value([4])], shapes: [[2, 4, 6, 8]] },
  {
    op: 'Conv',
    inputs: [x, value([4, 6, 3, 3])],
    attributes: { auto_pad: string('SAME_UPPER'), strides: ints([2, 3]) },
    shapes: [[2, 4, 4, 4]],
  },
  {
    op: 'Conv',
    inputs: [x, value([4, 6, 3, 3])],
    attributes: { auto_pad: string('VALID'), dilations: ints([2, 2]) },
    shapes: [[2, 4, 4, 6]],
  },
  {
    op: 'ConvTranspose',
    inputs: [x, value([6, 2, 3, 3])],
    attributes: { group: int(3), auto_pad: string('SAME_LOWER'), strides: ints([2, 2]) },
    shapes: [[2, 6, 16, 20]],
  },
  {
    op: 'ConvTranspose',
    inputs: [x, value([6, 1, 3, 3])],
    attributes: { output_shape: ints([18, 21]), strides: ints([2, 2]) },
    shapes: [[2, 1, 18, 21]],
  },
  // Pools
  { op: 'GlobalAveragePool', inputs: [x], shapes: [[2, 6, 1, 1]] },
  { op: 'GlobalMaxPool', inputs: [x], shapes: [[2, 6, 1, 1]] },
  {
    op: 'MaxPool',
    inputs: [x],
    attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
    shapes: [
      [2, 6, 4, 5],
      [2, 6, 4, 5],
    ],
    dtypes: ['float32', 'int64'],
  },
  {
    op: 'AveragePool',
    inputs: [x],
    attributes: { kernel_shape: ints([3, 3]), auto_pad: string('SAME_LOWER') },
    shapes: [x.shape],
  },
  // Normalisations
  {
    op: 'BatchNormalization',
    inputs: [x, value([6]), value([6]), value([6]), value([6])],
    shapes: [x.shape],
  },
  {
    op: 'BatchNormalization',
    inputs: [x, value([6]), value([6]), value([6]), value([6])],
    attributes: { training_mode: int(1) },
    shapes: [x.shape, [6], [6]],
  },
  { op: 'InstanceNormalization', inputs: [x, value([6]), value([6])], shapes: [x.shape] },
  {
    op: 'LayerNormalization',
    inputs: [x, value([8, 10]), value([10])],
    attributes: { axis: int(2) },
    shapes: [x.shape, [2, 6, 1, 1], [2, 6, 1, 1]],
  },
  {
    op: 'GroupNormalization',
    inputs: [x, value([3]), value([3])],
    attributes: { num_groups: int(3) },
    opset: 18,
    shapes: [x.shape],
  },
  {
    op: 'GroupNormalization',
    inputs: [x, value([6]), value([6])],
    attributes: { num_groups: int(3) },
    opset: 21,
    shapes: [x.shape],
  },
  // Products
  { op: 'MatMul', inputs: [value([5, 1, 2, 3]), value([4, 3, 7])], shapes: [[5, 4, 2, 7]] },
  { op: 'MatMul', inputs: [value([3]), value([4, 3, 7])], shapes: [[4, 7]] },
  { op: 'MatMul', inputs: [value([4, 2, 3]), value([3])], shapes: [[4, 2]] },
  { op: 'MatMul', inputs: [value([3]), value([3])], shapes: [[]] },
  {
    op: 'Gemm',
    inputs: [value([3, 2]), value([4, 3]), value([4])],
    attributes: { transA: int(1), transB: int(1), alpha: float(0.5) },
    shapes: [[2, 4]],
  },
  {
    op: 'Einsum',
    inputs: [value([2, 3, 4]), value([2, 4, 5])],
    attributes: { equation: string('bij, bjk -> bik') },
    shapes: [[2, 3, 5]],
  },
  {
    op: 'Einsum',
    inputs: [value([7, 1, 3, 4]), value([7, 2, 4])],
    attributes: { equation: string('...ij,...j->...i') },
    shapes: [[7, 2, 3]],
  },
  {
    op: 'Einsum',
    inputs: [value([3, 4]), value([4, 2])],
    attributes: { equation: string('zb,ba') },
    shapes: [[2, 3]],
  },
  { op: 'Einsum', inputs: [value([3, 3])], attributes: { equation: string('ii') }, shapes: [[]] },
];
