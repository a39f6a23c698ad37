import { sizeOf, stridesOf, type Shape } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { stridedOffsets } from '../strided.js';
import { wrapIntegers } from './elementwise.js';

/** An operand seen as `groups` of elements that are reduced together. */
export interface Groups {
  /** Offset of the first element of each group, in the row-major order of the result. */
  readonly starts: Int32Array;
  /** Offsets of a group's elements from its start. */
  readonly members: Int32Array;
  /** Shape of the result, with the reduced axes kept as 1. */
  readonly kept: Shape;
  /** Shape of the result without them. */
  readonly dropped: Shape;
}

/** Groups the elements of a shape by the axes that are not reduced. */
export function groupBy(shape: Shape, reduced: readonly number[]): Groups {
  const strides = stridesOf(shape);
  const isReduced = (_: number, axis: number) => reduced.includes(axis);
  const isKept = (_: number, axis: number) => !reduced.includes(axis);
  return {
    starts: stridedOffsets(shape.filter(isKept), strides.filter(isKept)),
    members: stridedOffsets(shape.filter(isReduced), strides.filter(isReduced)),
    kept: shape.map((length, axis) => (reduced.includes(axis) ? 1 : length)),
    dropped: shape.filter(isKept),
  };
}

/** The elements of one group, copied into `out`. */
export function readGroup(
  x: NdArray,
  start: number,
  members: Int32Array,
  out: Float64Array,
): Float64Array {
  for (let index = 0; index < members.length; index++) out[index] = x.data[start + members[index]];
  return out;
}

function reduction(reduce: (values: Float64Array) => number): OperatorKernel {
  return (call) => {
    const x = call.input(0);
    const rank = x.shape.length;
    const given = call.axes(1, call.node.opType === 'ReduceSum' ? 13 : 18) ?? [];
    if (given.length === 0 && call.int('noop_with_empty_axes', 0) === 1) {
      // The opset defines the empty case as the reduction of every element alone.
      return wrapIntegers({ ...x, data: x.data.map((value) => reduce(Float64Array.of(value))) });
    }
    const axes =
      given.length === 0 ? x.shape.map((_, axis) => axis) : given.map((a) => call.axis(a, rank));
    const { starts, members, kept, dropped } = groupBy(x.shape, axes);
    const values = new Float64Array(members.length);
    const result = Float64Array.from(starts, (start) =>
      reduce(readGroup(x, start, members, values)),
    );
    return wrapIntegers(ndarray(call.int('keepdims', 1) === 1 ? kept : dropped, result, x.dtype));
  };
}

const sum = (values: Float64Array) => values.reduce((total, x) => total + x, 0);
const largest = (values: Float64Array) => values.reduce((best, x) => Math.max(best, x), -Infinity);
const sumOfSquares = (values: Float64Array) => values.reduce((total, x) => total + x * x, 0);

function logSumExp(values: Float64Array): number {
  const top = largest(values);
  if (!Number.isFinite(top)) return top;
  return top + Math.log(values.reduce((total, x) => total + Math.exp(x - top), 0));
}

/** ArgMax and ArgMin; among equal elements the first wins, or the last with `select_last_index`. */
function argument(better: (candidate: number, best: number) => boolean): OperatorKernel {
  return (call: OperatorCall) => {
    const x = call.input(0);
    const axis = call.axis(call.int('axis', 0), x.shape.length);
    const takesLast = call.int('select_last_index', 0) === 1;
    const { starts, members, kept, dropped } = groupBy(x.shape, [axis]);
    const values = new Float64Array(members.length);
    const result = Float64Array.from(starts, (start) => {
      readGroup(x, start, members, values);
      let best = 0;
      for (let index = 1; index < values.length; index++) {
        const ties = takesLast && values[index] === values[best];
        if (ties || better(values[index], values[best])) best = index;
      }
      return best;
    });
    return ndarray(call.int('keepdims', 1) === 1 ? kept : dropped, result, 'int64');
  };
}

/** TopK: values and indices, sorted; among equal elements the lower index comes first. */
function topK(call: OperatorCall): readonly NdArray[] {
  const x = call.input(0);
  const k = call.scalar(1);
  const axis = call.axis(call.int('axis', -1), x.shape.length);
  const sign = call.int('largest', 1) === 1 ? -1 : 1;
  if (k > x.shape[axis]) throw call.shapeError(`k up to ${x.shape[axis]}`, String(k));
  const { starts, members } = groupBy(x.shape, [axis]);
  const shape = x.shape.map((length, other) => (other === axis ? k : length));
  // The results of a group lie along the same axis, so they are placed with the result's own groups.
  const places = groupBy(shape, [axis]);
  const values = new Float64Array(sizeOf(shape));
  const indices = new Float64Array(values.length);
  const group = new Float64Array(members.length);
  starts.forEach((start, which) => {
    readGroup(x, start, members, group);
    const order = Array.from(group, (_, index) => index).sort(
      (a, b) => sign * (group[a] - group[b]) || a - b,
    );
    places.members.forEach((member, rank) => {
      values[places.starts[which] + member] = group[order[rank]];
      indices[places.starts[which] + member] = order[rank];
    });
  });
  return [ndarray(shape, values, x.dtype), ndarray(shape, indices, 'int64')];
}

/** CumSum along one axis; `exclusive` leaves the element itself out, `reverse` sums from the end. */
function cumSum(call: OperatorCall): NdArray {
  const x = call.input(0);
  const axis = call.axis(call.scalar(1), x.shape.length);
  const exclusive = call.int('exclusive', 0) === 1;
  const reverse = call.int('reverse', 0) === 1;
  const { starts, members } = groupBy(x.shape, [axis]);
  const order = reverse ? members.toReversed() : members;
  const result = new Float64Array(x.data.length);
  for (const start of starts) {
    let total = 0;
    for (const member of order) {
      const value = x.data[start + member];
      result[start + member] = exclusive ? total : total + value;
      total += value;
    }
  }
  return wrapIntegers(ndarray(x.shape, result, x.dtype));
}

/** Reductions along axes. */
export const reductionOperators: Readonly<Record<string, OperatorKernel>> = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction((values) => sum(values) / values.length),
  ReduceMax: reduction(largest),
  ReduceMin: reduction((values) => values.reduce((best, x) => Math.min(best, x), Infinity)),
  ReduceProd: reduction((values) => values.reduce((product, x) => product * x, 1)),
  ReduceL1: reduction((values) => values.reduce((total, x) => total + Math.abs(x), 0)),
  ReduceL2: reduction((values) => Math.sqrt(sumOfSquares(values))),
  ReduceSumSquare: reduction(sumOfSquares),
  ReduceLogSumExp: reduction(logSumExp),
  ArgMax: argument((candidate, best) => candidate > best),
  ArgMin: argument((candidate, best) => candidate < best),
  TopK: topK,
  CumSum: cumSum,
};
