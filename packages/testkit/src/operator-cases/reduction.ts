import { int, ints } from '@msanet/onnx';
import {
  awayFromZero,
  distinct,
  integers,
  list,
  normal,
  positive,
  scalar,
  tied,
} from './operand.js';
import { operatorCase, type OperatorCase } from './operator-case.js';

/** Operands at which each reduction is smooth. */
const reductions = {
  ReduceSum: normal,
  ReduceMean: normal,
  ReduceMax: distinct,
  ReduceMin: distinct,
  ReduceProd: awayFromZero,
  ReduceL1: awayFromZero,
  ReduceL2: positive,
  ReduceSumSquare: normal,
  ReduceLogSumExp: normal,
};

const linear = new Set(['ReduceSum', 'ReduceMean', 'ReduceSumSquare']);

function reduction([operator, operand]: [string, typeof normal]): OperatorCase[] {
  const step = linear.has(operator) ? { step: 1 } : {};
  // ReduceSum took its axes as an operand five opsets before the others did.
  const attributeOpsets = operator === 'ReduceSum' ? [] : [13, 17];
  const operandOpset = operator === 'ReduceSum' ? 13 : 18;
  return [
    ...attributeOpsets.map((opset) =>
      operatorCase(operator, `axes attribute, opset ${opset}`, [operand(2, 3, 4)], {
        opset,
        attributes: { axes: ints([0, -1]) },
        ...step,
      }),
    ),
    operatorCase(operator, 'axes operand', [operand(2, 3, 4), list(1)], {
      opset: operandOpset,
      ...step,
    }),
    operatorCase(operator, 'two negative axes, not kept', [operand(2, 3, 4), list(-1, -3)], {
      opset: 20,
      attributes: { keepdims: int(0) },
      ...step,
    }),
    operatorCase(operator, 'all axes', [operand(2, 3, 2)], {
      attributes: { keepdims: int(0) },
      ...step,
    }),
    operatorCase(operator, 'first axis of four', [operand(2, 3, 2, 2), list(0)], {
      opset: 18,
      ...step,
    }),
  ];
}

/** Reductions, and what selects or accumulates along an axis. */
export const reductionCases: readonly OperatorCase[] = [
  ...Object.entries(reductions).flatMap(reduction),
  operatorCase('ReduceSum', 'no axes, nothing to do', [normal(2, 3)], {
    attributes: { noop_with_empty_axes: int(1) },
    step: 1,
  }),
  operatorCase('ReduceSum', 'int64', [integers('int64', -9, 9, 3, 4), list(0)]),
  operatorCase('ReduceMax', 'ties', [tied(-1, 1, 3, 5), list(1)], { opset: 18 }),
  operatorCase('ReduceMin', 'ties', [tied(-1, 1, 3, 5), list(1)], { opset: 18 }),
  operatorCase('ReduceL1', 'zeros', [tied(-1, 1, 3, 5), list(1)], { opset: 18 }),
  operatorCase('ReduceProd', 'zeros', [tied(-1, 2, 3, 5), list(1)], { opset: 18 }),
  operatorCase('ReduceLogSumExp', 'large numbers', [tied(-200, 200, 3, 5), list(1)], { opset: 18 }),

  ...['ArgMax', 'ArgMin'].flatMap((operator) => [
    operatorCase(operator, 'default axis', [distinct(4, 3)], { forwardOnly: true }),
    operatorCase(operator, 'negative axis, not kept', [distinct(2, 3, 5)], {
      forwardOnly: true,
      attributes: { axis: int(-1), keepdims: int(0) },
    }),
    operatorCase(operator, 'ties take the first', [tied(0, 2, 4, 6)], {
      attributes: { axis: int(1) },
    }),
    operatorCase(operator, 'ties take the last', [tied(0, 2, 4, 6)], {
      attributes: { axis: int(1), select_last_index: int(1) },
    }),
  ]),

  operatorCase('TopK', 'last axis', [distinct(3, 6), list(2)], { outputs: 2 }),
  operatorCase('TopK', 'first axis', [distinct(5, 3), list(3)], {
    outputs: 2,
    attributes: { axis: int(0) },
  }),
  operatorCase('TopK', 'smallest, middle axis', [distinct(2, 5, 3), list(2)], {
    outputs: 2,
    attributes: { axis: int(1), largest: int(0) },
  }),
  operatorCase('TopK', 'ties take the lower index', [tied(0, 2, 3, 8), list(4)], { outputs: 2 }),
  operatorCase('TopK', 'all elements', [distinct(2, 4), list(4)], { outputs: 2 }),

  operatorCase('CumSum', 'first axis', [normal(4, 3), scalar(0)], { step: 1 }),
  operatorCase('CumSum', 'negative axis, exclusive', [normal(2, 5), scalar(-1)], {
    attributes: { exclusive: int(1) },
    step: 1,
  }),
  operatorCase('CumSum', 'reverse', [normal(2, 3, 4), scalar(1)], {
    attributes: { reverse: int(1) },
    step: 1,
  }),
  operatorCase('CumSum', 'exclusive and reverse', [normal(5), scalar(0)], {
    attributes: { exclusive: int(1), reverse: int(1) },
    step: 1,
  }),
];
