import { allocate, broadcastShapes, sizeOf } from '@msanet/tensor';
import { comparison, elementwise } from '../evaluation/arithmetic.js';
import { broadcastOffset, forEachPosition } from '../evaluation/positions.js';
import type { Elements } from '../evaluation/elements.js';
import type { Evaluation, OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, boolean, floating, numeric, type TypeClass } from '../type-class.js';

function toBool(types: TypeClass, evaluate: Evaluation): OperatorRule {
  return {
    inputs: [2, 2],
    infer: (context) => {
      const a = context.operand(0, 'A', types);
      const b = context.operand(1, 'B', types);
      context.expectSameType(a, b, 'operands');
      return [{ dtype: 'bool', shape: broadcastShapes(a.shape, b.shape, context.where) }];
    },
    evaluate,
  };
}

const where: OperatorRule = {
  inputs: [3, 3],
  infer: (context) => {
    const condition = context.operand(0, 'condition', boolean);
    const x = context.operand(1, 'X', anyType);
    const y = context.operand(2, 'Y', anyType);
    context.expectSameType(x, y, 'operands X and Y');
    const branches = broadcastShapes(x.shape, y.shape, context.where);
    return [{ dtype: x.dtype, shape: broadcastShapes(condition.shape, branches, context.where) }];
  },
  evaluate: (context, [{ dtype, shape }]) => {
    const condition = context.constant(0, 'condition', boolean);
    const x = context.constant(1, 'X', anyType);
    const y = context.constant(2, 'Y', anyType);
    const data = allocate(dtype, sizeOf(shape));
    const target: Elements = data;
    forEachPosition(shape, (position, index) => {
      const chosen = condition.data[broadcastOffset(position, condition.shape)] ? x : y;
      target[index] = chosen.data[broadcastOffset(position, chosen.shape)];
    });
    return [{ dtype, shape, data }];
  },
};

/** Comparisons, operators on truth values, and the choice between two operands. */
export const logicRules: RuleTable = {
  Equal: toBool(anyType, comparison({ real: (a, b) => a === b, integer: (a, b) => a === b })),
  Greater: toBool(numeric, comparison({ real: (a, b) => a > b, integer: (a, b) => a > b })),
  GreaterOrEqual: toBool(
    numeric,
    comparison({ real: (a, b) => a >= b, integer: (a, b) => a >= b }),
  ),
  Less: toBool(numeric, comparison({ real: (a, b) => a < b, integer: (a, b) => a < b })),
  LessOrEqual: toBool(numeric, comparison({ real: (a, b) => a <= b, integer: (a, b) => a <= b })),
  And: toBool(boolean, elementwise({ integer: (a, b) => a & b })),
  Or: toBool(boolean, elementwise({ integer: (a, b) => a | b })),
  Xor: toBool(boolean, elementwise({ integer: (a, b) => a ^ b })),
  Not: {
    inputs: [1, 1],
    infer: (context) => [{ dtype: 'bool', shape: context.operand(0, 'X', boolean).shape }],
    evaluate: elementwise({ integer: (x) => 1n - x }),
  },
  IsNaN: {
    inputs: [1, 1],
    infer: (context) => [{ dtype: 'bool', shape: context.operand(0, 'X', floating).shape }],
  },
  Where: where,
};
