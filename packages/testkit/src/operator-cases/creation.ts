import { float32, float64, int64 } from '@msanet/tensor';
import { elementTypeCode, float, floats, int, ints, tensorAttribute } from '@msanet/onnx';
import {
  awayFrom,
  booleans,
  constant,
  exactly,
  integers,
  list,
  normal,
  number,
  scalar,
} from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** Operators that make or convert values. */
export const creationCases: readonly OperatorCase[] = [
  operatorCase('Constant', 'tensor', [], {
    attributes: { value: tensorAttribute(float32([1, -2, 3, 4], [2, 2])) },
  }),
  operatorCase('Constant', 'float', [], { attributes: { value_float: float(0.5) } }),
  operatorCase('Constant', 'floats', [], { attributes: { value_floats: floats([0.5, 1.5]) } }),
  operatorCase('Constant', 'int', [], { attributes: { value_int: int(7) } }),
  operatorCase('Constant', 'ints', [], { attributes: { value_ints: ints([7, -8]) } }),
  operatorCase('ConstantOfShape', 'zeros by default', [list(2, 3)]),
  operatorCase('ConstantOfShape', 'int64 value', [list(2, 3)], {
    attributes: { value: tensorAttribute(int64([7])) },
  }),
  operatorCase('Shape', 'all axes', [normal(2, 3, 4)], { forwardOnly: true }),
  operatorCase('Shape', 'some axes', [normal(2, 3, 4)], {
    forwardOnly: true,
    attributes: { start: int(-2), end: int(3) },
  }),
  operatorCase('Size', 'elements', [normal(2, 3, 4)], { forwardOnly: true }),
  operatorCase('Range', 'int64', [scalar(2), scalar(11), scalar(3)]),
  operatorCase('Range', 'downwards', [scalar(5), scalar(-2), scalar(-2)]),
  operatorCase('Range', 'float', [number(0.5), number(3), number(0.75)]),
  operatorCase('EyeLike', 'main diagonal', [normal(3, 4)], { forwardOnly: true }),
  operatorCase('EyeLike', 'upper diagonal, int64', [normal(3, 4)], {
    forwardOnly: true,
    attributes: { k: int(1), dtype: int(elementTypeCode('int64')) },
  }),
  operatorCase('Cast', 'float to int64 cuts towards zero', [exactly([1.7, -1.7, 0.2, -0.2, 5])], {
    attributes: { to: int(elementTypeCode('int64')) },
  }),
  operatorCase('Cast', 'float to bool', [exactly([0, -0, 0.3, -2])], {
    attributes: { to: int(elementTypeCode('bool')) },
  }),
  operatorCase('Cast', 'bool to float', [booleans(2, 3)], {
    attributes: { to: int(elementTypeCode('float32')) },
  }),
  operatorCase('Cast', 'int64 to float', [integers('int64', -9, 9, 2, 3)], {
    attributes: { to: int(elementTypeCode('float32')) },
  }),
  operatorCase('Cast', 'uint8 to float', [integers('uint8', 0, 255, 6)], {
    attributes: { to: int(elementTypeCode('float32')) },
  }),
  operatorCase('Cast', 'float to double', [normal(2, 3)], {
    attributes: { to: int(elementTypeCode('float64')) },
    step: 1,
  }),
  operatorCase('CastLike', 'int64 to float', [integers('int64', -9, 9, 4), number(0)]),
  operatorCase('CastLike', 'float to double', [normal(4), constant(float64([0]))], { step: 1 }),
  operatorCase('CastLike', 'float to bool', [awayFrom([0], 4), booleans(1)], { forwardOnly: true }),
];
