import { notDifferentiable, zeroGradient, type VjpTable } from '../vjp-rule.js';
import * as activation from './activation.js';
import * as arithmetic from './arithmetic.js';
import { batchNormalization } from './batch-normalization.js';
import * as convolution from './convolution.js';
import { einsum } from './einsum.js';
import * as elementwise from './elementwise.js';
import * as indexing from './indexing.js';
import * as linalg from './linalg.js';
import * as movement from './movement.js';
import * as normalization from './normalization.js';
import { pad } from './pad.js';
import * as pooling from './pooling.js';
import * as reduction from './reduction.js';
import { resize } from './resize.js';

const piecewiseConstant = zeroGradient('is piecewise constant');
const truthValued = zeroGradient('gives truth values');
const givesIndices = zeroGradient('gives indices');
const readsShape = zeroGradient('depends on shapes only');
const quantised = notDifferentiable(
  'rounds to a grid; the rules straightThroughQuantization replace its derivative',
);

/** What is known of the gradient of every operator that the onnx package knows, by family. */
export const vjpRules: VjpTable = {
  // Arithmetic
  Add: arithmetic.add,
  Sub: arithmetic.sub,
  Mul: arithmetic.mul,
  Div: arithmetic.div,
  Mod: arithmetic.mod,
  Pow: arithmetic.pow,
  Sum: arithmetic.sum,
  Mean: arithmetic.mean,
  Max: arithmetic.extremum,
  Min: arithmetic.extremum,
  Clip: arithmetic.clip,

  // Functions of one element
  Neg: elementwise.neg,
  Abs: elementwise.abs,
  Reciprocal: elementwise.reciprocal,
  Exp: elementwise.exp,
  Log: elementwise.log,
  Sqrt: elementwise.sqrt,
  Erf: elementwise.erf,
  Sin: elementwise.sin,
  Cos: elementwise.cos,
  Tanh: elementwise.tanh,
  Sign: piecewiseConstant,
  Floor: piecewiseConstant,
  Ceil: piecewiseConstant,
  Round: piecewiseConstant,

  // Activations
  Relu: activation.relu,
  LeakyRelu: activation.leakyRelu,
  PRelu: activation.prelu,
  Elu: activation.elu,
  Selu: activation.selu,
  Celu: activation.celu,
  Sigmoid: activation.sigmoid,
  HardSigmoid: activation.hardSigmoid,
  HardSwish: activation.hardSwish,
  Softplus: activation.softplus,
  Softsign: activation.softsign,
  Mish: activation.mish,
  Gelu: activation.gelu,

  // Convolution and pooling
  Conv: convolution.conv,
  ConvTranspose: convolution.convTranspose,
  MaxPool: pooling.maxPool,
  AveragePool: pooling.averagePool,
  GlobalAveragePool: pooling.globalAveragePool,
  GlobalMaxPool: pooling.globalMaxPool,

  // Products of matrices
  MatMul: linalg.matmul,
  Gemm: linalg.gemm,
  Einsum: einsum,

  // Normalisation
  BatchNormalization: batchNormalization,
  InstanceNormalization: normalization.instanceNormalization,
  LayerNormalization: normalization.layerNormalization,
  GroupNormalization: normalization.groupNormalization,
  Softmax: normalization.softmax,
  LogSoftmax: normalization.logSoftmax,

  // Reduction
  ReduceSum: reduction.reduceSum,
  ReduceMean: reduction.reduceMean,
  ReduceMax: reduction.reduceExtremum,
  ReduceMin: reduction.reduceExtremum,
  ReduceProd: reduction.reduceProduct,
  ReduceL1: reduction.reduceL1,
  ReduceL2: reduction.reduceL2,
  ReduceSumSquare: reduction.reduceSumSquare,
  ReduceLogSumExp: reduction.reduceLogSumExp,
  CumSum: movement.cumulativeSum,
  ArgMax: givesIndices,
  ArgMin: givesIndices,

  // Movement
  Identity: movement.identity,
  Dropout: movement.dropout,
  Cast: movement.cast,
  CastLike: movement.cast,
  Reshape: movement.reshape,
  Flatten: movement.reshape,
  Squeeze: movement.reshape,
  Unsqueeze: movement.reshape,
  Transpose: movement.transpose,
  Concat: movement.concat,
  Split: movement.split,
  Slice: movement.slice,
  Pad: pad,
  Expand: movement.expand,
  Tile: movement.tile,
  DepthToSpace: movement.depthToSpace,
  SpaceToDepth: movement.spaceToDepth,
  Trilu: movement.trilu,
  Resize: resize,

  // Selection
  Gather: indexing.gather,
  GatherElements: indexing.gatherElements,
  GatherND: indexing.gatherNd,
  ScatterElements: indexing.scatterElements,
  ScatterND: indexing.scatterNd,
  TopK: indexing.topK,
  OneHot: indexing.oneHot,
  Where: indexing.where,

  // Comparison and logic
  Equal: truthValued,
  Greater: truthValued,
  GreaterOrEqual: truthValued,
  Less: truthValued,
  LessOrEqual: truthValued,
  And: truthValued,
  Or: truthValued,
  Xor: truthValued,
  Not: truthValued,
  IsNaN: truthValued,

  // Shapes and constants
  Shape: readsShape,
  Size: readsShape,
  ConstantOfShape: readsShape,
  EyeLike: readsShape,
  Range: zeroGradient('depends on constants only, which fix its length'),
  Constant: zeroGradient('has no operands'),

  // Quantisation
  QuantizeLinear: quantised,
  DequantizeLinear: quantised,
};
