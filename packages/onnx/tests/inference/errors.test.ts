import { describe, expect, it } from 'vitest';
import { float32, int64, isMsanetError, tensor, type ErrorCode } from '@msanet/tensor';
import {
  float,
  int,
  ints,
  knownOperators,
  string,
  type Attributes,
  type InferredValue,
} from '../../src/index.js';
import { constant, infer, value } from './single-node.js';

type Refusal = readonly [
  what: string,
  code: ErrorCode,
  opType: string,
  inputs: readonly (InferredValue | undefined)[],
  attributes?: Attributes,
  opset?: number,
];

const x = value([2, 6, 8, 10]);
const i64 = (...values: number[]) => constant(int64(values));

const refusals: readonly Refusal[] = [
  ['an operator that nobody knows', 'OPERATOR_UNSUPPORTED', 'Frobnicate', [x]],
  ['a name of Object.prototype', 'OPERATOR_UNSUPPORTED', 'constructor', [x]],
  ['an operator before its time', 'OPERATOR_UNSUPPORTED', 'Gelu', [x], {}, 19],
  ['an opset before 13', 'OPERATOR_UNSUPPORTED', 'Relu', [x], {}, 12],
  ['shapes that do not broadcast', 'SHAPE_MISMATCH', 'Add', [value([3]), value([4])]],
  ['two element types', 'DTYPE_MISMATCH', 'Add', [value([3]), value([3], 'float64')]],
  ['truth values as numbers', 'DTYPE_MISMATCH', 'Add', [value([3], 'bool'), value([3], 'bool')]],
  ['numbers as truth values', 'DTYPE_MISMATCH', 'And', [value([3]), value([3])]],
  ['a missing operand', 'GRAPH_INVALID', 'Add', [value([3])]],
  ['an omitted operand', 'GRAPH_INVALID', 'Add', [undefined, value([3])]],
  ['too many operands', 'GRAPH_INVALID', 'Relu', [x, x]],
  ['a missing attribute', 'GRAPH_INVALID', 'Concat', [x, x]],
  ['an attribute of another type', 'GRAPH_INVALID', 'Concat', [x, x], { axis: float(1) }],
  ['an axis beyond the rank', 'SHAPE_MISMATCH', 'Concat', [x, x], { axis: int(4) }],
  ['an axis of a scalar', 'SHAPE_MISMATCH', 'Softmax', [value([])], { axis: int(0) }],
  ['channels that differ', 'SHAPE_MISMATCH', 'Conv', [x, value([4, 3, 3, 3])]],
  [
    'groups that do not divide',
    'SHAPE_MISMATCH',
    'Conv',
    [x, value([3, 3, 1, 1])],
    { group: int(2) },
  ],
  ['a bias of another length', 'SHAPE_MISMATCH', 'Conv', [x, value([4, 6, 3, 3]), value([5])]],
  [
    'another kernel_shape',
    'SHAPE_MISMATCH',
    'Conv',
    [x, value([4, 6, 3, 3])],
    { kernel_shape: ints([3, 5]) },
  ],
  ['a kernel beyond the input', 'SHAPE_MISMATCH', 'Conv', [x, value([4, 6, 9, 3])]],
  ['a stride of 0', 'SHAPE_MISMATCH', 'Conv', [x, value([4, 6, 3, 3])], { strides: ints([0, 1]) }],
  [
    'three pads of four',
    'SHAPE_MISMATCH',
    'Conv',
    [x, value([4, 6, 3, 3])],
    { pads: ints([1, 1, 1]) },
  ],
  [
    'an unknown auto_pad',
    'OPERATOR_UNSUPPORTED',
    'Conv',
    [x, value([4, 6, 3, 3])],
    { auto_pad: string('SAME') },
  ],
  [
    'a transpose without result',
    'SHAPE_MISMATCH',
    'ConvTranspose',
    [value([1, 1, 1]), value([1, 1, 1])],
    { pads: ints([1, 1]) },
  ],
  [
    'training before its outputs were what they are',
    'OPERATOR_UNSUPPORTED',
    'BatchNormalization',
    [x, value([6]), value([6]), value([6]), value([6])],
    { training_mode: int(1) },
    13,
  ],
  [
    'a scale of another length',
    'SHAPE_MISMATCH',
    'InstanceNormalization',
    [x, value([5]), value([6])],
  ],
  [
    'training of dropout',
    'OPERATOR_UNSUPPORTED',
    'Dropout',
    [x, constant(float32([0.5], [])), constant(tensor('bool', [], Uint8Array.of(1)))],
  ],
  ['inner lengths that differ', 'SHAPE_MISMATCH', 'MatMul', [value([2, 3]), value([4, 5])]],
  ['a scalar matrix', 'SHAPE_MISMATCH', 'MatMul', [value([]), value([4, 5])]],
  [
    'an Einsum label of two lengths',
    'SHAPE_MISMATCH',
    'Einsum',
    [value([2, 3]), value([4, 5])],
    { equation: string('ij,jk->ik') },
  ],
  [
    'an equation that is none',
    'GRAPH_INVALID',
    'Einsum',
    [value([2, 3])],
    { equation: string('i1->i') },
  ],
  [
    'an output label from nowhere',
    'GRAPH_INVALID',
    'Einsum',
    [value([2, 3])],
    { equation: string('ij->k') },
  ],
  ['a shape known only at run time', 'SHAPE_UNKNOWN', 'Reshape', [x, value([2], 'int64')]],
  ['a shape of other size', 'SHAPE_MISMATCH', 'Reshape', [x, i64(7, -1)]],
  ['two open lengths', 'SHAPE_MISMATCH', 'Reshape', [x, i64(-1, -1)]],
  ['a squeeze of length 2', 'SHAPE_MISMATCH', 'Squeeze', [x, i64(0)]],
  ['an axis named twice', 'SHAPE_MISMATCH', 'Unsqueeze', [x, i64(0, -6)]],
  ['a step of 0', 'SHAPE_MISMATCH', 'Slice', [x, i64(0), i64(1), i64(0), i64(0)]],
  ['an index outside', 'SHAPE_MISMATCH', 'Gather', [value([3]), i64(3)]],
  ['float indices', 'DTYPE_MISMATCH', 'Gather', [value([3]), value([1])]],
  [
    'a scatter of other updates',
    'SHAPE_MISMATCH',
    'ScatterND',
    [value([4, 5]), value([2, 1], 'int64'), value([2, 4])],
  ],
  [
    'a reduction of opset 18',
    'OPERATOR_UNSUPPORTED',
    'ScatterElements',
    [value([3]), value([1], 'int64'), value([1])],
    { reduction: string('max') },
    16,
  ],
  [
    'reflection beyond the axis',
    'SHAPE_MISMATCH',
    'Pad',
    [value([3]), i64(3, 0)],
    { mode: string('reflect') },
  ],
  ['a pad that removes too much', 'SHAPE_MISMATCH', 'Pad', [value([3]), i64(-2, -2)]],
  ['parts that do not sum up', 'SHAPE_MISMATCH', 'Split', [value([6]), i64(2, 3)]],
  ['K beyond the axis', 'SHAPE_MISMATCH', 'TopK', [value([3]), i64(4)]],
  [
    'both scales and sizes',
    'GRAPH_INVALID',
    'Resize',
    [value([4]), undefined, constant(float32([2])), i64(8)],
  ],
  ['an element type that is not held', 'DTYPE_MISMATCH', 'Cast', [x], { to: int(17) }],
  ['a text constant', 'OPERATOR_UNSUPPORTED', 'Constant', [], { value_string: string('a') }],
  ['an endless range', 'SHAPE_MISMATCH', 'Range', [i64(0), i64(1), i64(0)]],
  [
    'more elements than can be counted',
    'SHAPE_MISMATCH',
    'ConstantOfShape',
    [i64(2 ** 40, 2 ** 40)],
  ],
];

describe('inferNode', () => {
  it.each(refusals.map((one) => [one[0], one] as const))('refuses %s', (_, refusal) => {
    const [, code, opType, inputs, attributes = {}, opset = 17] = refusal;
    const refuse = () => infer(opType, inputs, attributes, { opset });
    expect(refuse).toThrow(expect.objectContaining({ code }));
    expect(refuse).toThrow(`node probe (${opType}, opset ${opset})`);
  });

  it('refuses an operator of another domain', () => {
    expect(() => infer('Gelu', [x], {}, { domain: 'com.microsoft' })).toThrow(
      expect.objectContaining({
        code: 'OPERATOR_UNSUPPORTED',
        message: expect.stringContaining('com.microsoft'),
      }),
    );
  });

  it('refuses an output that the operator does not have', () => {
    expect(() => infer('Relu', [x], {}, { outputs: 2 })).toThrow(
      expect.objectContaining({ code: 'GRAPH_INVALID' }),
    );
  });

  // Any operand may be of any shape and type in a damaged model: only the project's own errors may come out.
  it.each(knownOperators)('never fails otherwise on unfit operands of %s', (opType) => {
    const operands = [
      undefined,
      value([]),
      value([0]),
      value([2, 3, 4, 5], 'int64'),
      value([2, 3], 'bool'),
      constant(float32([0.5, -1])),
      i64(-1),
      i64(0, 5, 9_007_199_254_740_991),
    ];
    const attributes: Attributes[] = [
      {},
      { axis: int(-9), axes: ints([7]), kernel_shape: ints([]), to: int(-1), equation: string('') },
      {
        axis: int(0),
        group: int(0),
        num_groups: int(0),
        blocksize: int(0),
        kernel_shape: ints([0]),
      },
    ];
    let refused = 0;
    for (const a of operands) {
      for (const b of operands) {
        for (const set of attributes) {
          for (const inputs of [[], [a], [a, b], [a, b, a], [a, b, b, a], [a, b, a, b, a]]) {
            try {
              infer(opType, inputs, set, { opset: 21 });
            } catch (error) {
              if (!isMsanetError(error)) throw error;
              refused++;
            }
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
