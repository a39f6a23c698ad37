import { float32, int64 } from '@msanet/tensor';
import { int, string } from '@msanet/onnx';
import { constant, indices, integers, list, normal, scalar, uniqueIndices } from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

const gather = (detail: string, shape: readonly number[], axis: number, index: readonly number[]) =>
  operatorCase('Gather', detail, [normal(...shape), indices(shape.at(axis) ?? 1, ...index)], {
    attributes: { axis: int(axis) },
    step: 1,
  });

const reductions = ['add', 'mul', 'min', 'max'];

/** Rows of distinct index tuples into a (4, 3, …) operand. */
const tuples = constant(int64([3, 1, 0, 2, -4, 0], [3, 2]));
const repeatedTuples = constant(int64([3, 1, 0, 2, 3, 1], [3, 2]));

const oneHotValues = constant(float32([-1, 4]));

/** Operators that read or write elements by index. */
export const indexingCases: readonly OperatorCase[] = [
  gather('rows, repeated and negative', [4, 3], 0, [7]),
  gather('columns', [2, 5, 3], 1, [4]),
  gather('negative axis, matrix of indices', [2, 3, 5], -1, [2, 3]),
  gather('scalar index removes the axis', [4, 3], 0, []),
  gather('of a vector', [6], 0, [2, 2]),
  operatorCase('Gather', 'constant indices', [normal(3, 4), list(2, 0, -1)], {
    attributes: { axis: int(1) },
    step: 1,
  }),
  operatorCase('Gather', 'int64', [integers('int64', 0, 9, 5), indices(5, 3)]),

  operatorCase('GatherElements', 'axis 0', [normal(4, 3), indices(4, 5, 3)], { step: 1 }),
  operatorCase('GatherElements', 'axis 1, fewer rows', [normal(4, 3, 2), indices(3, 2, 5, 2)], {
    attributes: { axis: int(1) },
    step: 1,
  }),
  operatorCase('GatherElements', 'negative axis', [normal(2, 5), indices(5, 2, 4)], {
    attributes: { axis: int(-1) },
    step: 1,
  }),
  operatorCase('GatherND', 'elements', [normal(4, 3), tuples], { step: 1 }),
  operatorCase('GatherND', 'rows', [normal(4, 3, 2), constant(int64([3, 0, 3], [3, 1]))], {
    step: 1,
  }),
  operatorCase('GatherND', 'batch axis', [normal(2, 4, 3), indices(3, 2, 5, 1)], {
    attributes: { batch_dims: int(1) },
    step: 1,
  }),
  operatorCase('GatherND', 'matrix of tuples', [normal(3, 3, 2), indices(3, 2, 4, 2)], { step: 1 }),

  operatorCase(
    'ScatterElements',
    'replaces, axis 0',
    [normal(5, 3), uniqueIndices(5, 0, 4, 3), normal(4, 3)],
    { step: 1 },
  ),
  operatorCase(
    'ScatterElements',
    'replaces, negative axis',
    [normal(3, 6), uniqueIndices(6, 1, 2, 4), normal(2, 4)],
    { attributes: { axis: int(-1) }, step: 1 },
  ),
  ...reductions.map((reduction) =>
    operatorCase(
      'ScatterElements',
      `${reduction}, repeated indices`,
      [normal(3, 4), indices(4, 3, 6), normal(3, 6)],
      {
        opset: 18,
        attributes: { axis: int(1), reduction: string(reduction) },
        ...(reduction === 'add' ? { step: 1 } : {}),
      },
    ),
  ),
  operatorCase('ScatterElements', 'add, opset 16', [normal(6), indices(6, 9), normal(9)], {
    opset: 16,
    attributes: { reduction: string('add') },
    step: 1,
  }),
  operatorCase('ScatterND', 'replaces elements', [normal(4, 3), tuples, normal(3)], { step: 1 }),
  operatorCase(
    'ScatterND',
    'replaces rows',
    [normal(4, 3, 2), constant(int64([3, 0], [2, 1])), normal(2, 3, 2)],
    { step: 1 },
  ),
  ...reductions.map((reduction) =>
    operatorCase(
      'ScatterND',
      `${reduction}, repeated tuples`,
      [normal(4, 3), repeatedTuples, normal(3)],
      {
        opset: 18,
        attributes: { reduction: string(reduction) },
        ...(reduction === 'add' ? { step: 1 } : {}),
      },
    ),
  ),

  operatorCase('OneHot', 'last axis', [integers('int64', 0, 4, 3), scalar(5), oneHotValues]),
  operatorCase('OneHot', 'first axis', [integers('int64', 0, 4, 3), scalar(5), oneHotValues], {
    attributes: { axis: int(0) },
  }),
  operatorCase(
    'OneHot',
    'negative axis, matrix',
    [integers('int64', 0, 2, 2, 4), scalar(3), oneHotValues],
    { attributes: { axis: int(-2) } },
  ),
  operatorCase('OneHot', 'negative and out of range', [
    integers('int64', -7, 7, 12),
    scalar(4),
    oneHotValues,
  ]),
  operatorCase('OneHot', 'int64 values', [
    integers('int64', 0, 2, 4),
    scalar(3),
    constant(int64([0, 1])),
  ]),
];
