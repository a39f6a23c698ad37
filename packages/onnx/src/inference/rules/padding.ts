import { allocate, sizeOf, stridesOf } from '@msanet/tensor';
import type { Elements } from '../evaluation/elements.js';
import { forEachPosition } from '../evaluation/positions.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { padsOf } from '../pads.js';
import { anyType, int64Type } from '../type-class.js';

const pad: OperatorRule = {
  inputs: [2, 4],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const fill = context.optional(2, 'constant_value', anyType);
    if (fill !== undefined) context.expectSameType(data, fill, 'operands data and constant_value');
    const { begin, end } = padsOf(context, data.shape);
    const shape = data.shape.map((length, axis) => begin[axis] + length + end[axis]);
    return [{ dtype: data.dtype, shape }];
  },
  evaluate: (context, [{ dtype, shape }]) => {
    const source = context.constant(0, 'data', anyType);
    const { begin, mode } = padsOf(context, source.shape);
    if (mode !== 'constant') return [];
    const fill = context.inputs[2]?.constant?.data[0];
    const data = allocate(dtype, sizeOf(shape));
    const target: Elements = data;
    const strides = stridesOf(source.shape);
    forEachPosition(shape, (position, index) => {
      const from = position.map((at, axis) => at - begin[axis]);
      const inside = from.every((at, axis) => at >= 0 && at < source.shape[axis]);
      if (inside) {
        target[index] = source.data[from.reduce((sum, at, axis) => sum + at * strides[axis], 0)];
      } else if (fill !== undefined) {
        target[index] = fill;
      }
    });
    return [{ dtype, shape, data }];
  },
};

const trilu: OperatorRule = {
  inputs: [1, 2],
  since: 14,
  infer: (context) => {
    const input = context.operand(0, 'input', anyType);
    context.expectRank(input, 2, Infinity, 'input');
    context.optional(1, 'k', int64Type);
    return [{ dtype: input.dtype, shape: input.shape }];
  },
  evaluate: (context, [{ dtype, shape }]) => {
    const input = context.constant(0, 'input', anyType);
    const diagonal = context.inputs[1] === undefined ? 0 : context.integer(1, 'k', int64Type);
    const upper = context.attribute('upper', 'int', 1) !== 0;
    const data = allocate(dtype, sizeOf(shape));
    const target: Elements = data;
    forEachPosition(shape, (position, index) => {
      const [row, column] = position.slice(-2);
      const kept = upper ? column - row >= diagonal : column - row <= diagonal;
      if (kept) target[index] = input.data[index];
    });
    return [{ dtype, shape, data }];
  },
};

/** Operators that keep part of a value and fill the rest. */
export const paddingRules: RuleTable = { Pad: pad, Trilu: trilu };
