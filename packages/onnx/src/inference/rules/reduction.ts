import { formatShape } from '@msanet/tensor';
import { reduceTensor, type Reduction } from '../evaluation/reduction.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { indexType, int64Type, numeric } from '../type-class.js';

/** Since which opset each reduction takes its axes as an operand; before, they are an attribute. */
const axesOperandSince = 18;

/**
 * The axes that a Reduce node reduces, counted from the front and in ascending order: the operand or attribute `axes`,
 * or all of them when there is none, or none at all with `noop_with_empty_axes`.
 */
export function reducedAxes(context: NodeContext, rank: number): number[] {
  const asOperand = context.node.opType === 'ReduceSum' || context.opset >= axesOperandSince;
  const named = asOperand
    ? (context.optionalIntegers(1, 'axes', int64Type) ?? [])
    : context.attribute('axes', 'ints', []);
  if (named.length > 0) return context.axes(named, rank).sort((a, b) => a - b);
  const noop = asOperand && context.attribute('noop_with_empty_axes', 'int', 0) !== 0;
  return noop ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

function shapeWithout(shape: readonly number[], axes: readonly number[], keep: boolean): number[] {
  return keep
    ? shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
    : shape.filter((_, axis) => !axes.includes(axis));
}

function reduce(reduction: Reduction): OperatorRule {
  return {
    inputs: [1, 2],
    infer: (context) => {
      const { dtype, shape } = context.operand(0, 'data', numeric);
      const keep = context.attribute('keepdims', 'int', 1) !== 0;
      return [{ dtype, shape: shapeWithout(shape, reducedAxes(context, shape.length), keep) }];
    },
    evaluate: (context, [output]) => {
      const data = context.constant(0, 'data', numeric);
      return [reduceTensor(data, reducedAxes(context, data.shape.length), output.shape, reduction)];
    },
  };
}

const arg: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { shape } = context.operand(0, 'data', numeric);
    const axis = context.axis(context.attribute('axis', 'int', 0), shape.length);
    if (shape[axis] === 0) throw context.mismatch('an axis that is not empty', formatShape(shape));
    const keep = context.attribute('keepdims', 'int', 1) !== 0;
    return [{ dtype: 'int64', shape: shapeWithout(shape, [axis], keep) }];
  },
};

const topK: OperatorRule = {
  inputs: [2, 2],
  outputs: 2,
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'X', numeric);
    const axis = context.axis(context.attribute('axis', 'int', -1), shape.length);
    const count = context.integer(1, 'K', int64Type);
    if (count < 0 || count > shape[axis]) {
      throw context.mismatch(`K from 0 to ${shape[axis]}`, String(count));
    }
    const result = shape.map((length, index) => (index === axis ? count : length));
    return [
      { dtype, shape: result },
      { dtype: 'int64', shape: result },
    ];
  },
};

const cumSum: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'x', numeric);
    context.axis(context.integer(1, 'axis', indexType), shape.length);
    return [{ dtype, shape }];
  },
};

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const totalInteger = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

/** Reductions and running sums over axes, and the operators that find extreme elements. */
export const reductionRules: RuleTable = {
  ReduceSum: reduce({ real: total, integer: totalInteger }),
  ReduceMean: reduce({
    real: (values) => total(values) / values.length,
    integer: (values) =>
      values.length === 0 ? undefined : totalInteger(values) / BigInt(values.length),
  }),
  ReduceMax: reduce({
    real: (values) => values.reduce((a, b) => Math.max(a, b), -Infinity),
    integer: (values) =>
      values.length === 0 ? undefined : values.reduce((a, b) => (b > a ? b : a)),
  }),
  ReduceMin: reduce({
    real: (values) => values.reduce((a, b) => Math.min(a, b), Infinity),
    integer: (values) =>
      values.length === 0 ? undefined : values.reduce((a, b) => (b < a ? b : a)),
  }),
  ReduceProd: reduce({
    real: (values) => values.reduce((a, b) => a * b, 1),
    integer: (values) => values.reduce((a, b) => BigInt.asIntN(64, a * b), 1n),
  }),
  ReduceL1: reduce({
    real: (values) => total(values.map(Math.abs)),
    integer: (values) => totalInteger(values.map(magnitude)),
  }),
  ReduceL2: reduce({ real: (values) => Math.sqrt(total(values.map((x) => x * x))) }),
  ReduceSumSquare: reduce({
    real: (values) => total(values.map((x) => x * x)),
    integer: (values) => totalInteger(values.map((x) => x * x)),
  }),
  ReduceLogSumExp: reduce({
    real: (values) => {
      const peak = values.reduce((a, b) => Math.max(a, b), -Infinity);
      return Number.isFinite(peak)
        ? peak + Math.log(total(values.map((x) => Math.exp(x - peak))))
        : peak;
    },
  }),
  ArgMax: arg,
  ArgMin: arg,
  TopK: topK,
  CumSum: cumSum,
};
