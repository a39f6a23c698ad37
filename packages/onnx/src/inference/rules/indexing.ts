import { formatShape, sameShape, type Tensor } from '@msanet/tensor';
import { integersOf } from '../evaluation/elements.js';
import { rearrange } from '../evaluation/positions.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, indexType, int64Type } from '../type-class.js';

const gather: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const indices = context.operand(1, 'indices', indexType);
    const axis = context.axis(context.attribute('axis', 'int', 0), data.shape.length);
    const length = data.shape[axis];
    const outside =
      indices.constant === undefined ? undefined : firstOutside(indices.constant, length);
    if (outside !== undefined) {
      throw context.mismatch(`indices from ${-length} to ${length - 1}`, String(outside));
    }
    return [{ dtype: data.dtype, shape: data.shape.toSpliced(axis, 1, ...indices.shape) }];
  },
  evaluate: (context, [{ shape }]) => {
    const data = context.constant(0, 'data', anyType);
    const indices = context.constant(1, 'indices', indexType);
    const axis = context.axis(context.attribute('axis', 'int', 0), data.shape.length);
    const length = data.shape[axis];
    const picked = integersOf(indices).map((index) => (index < 0 ? index + length : index));
    const rank = indices.shape.length;
    const offsetIn = (lengths: readonly number[], position: readonly number[]): number =>
      lengths.reduce((offset, each, at) => offset * each + position[at], 0);
    return [
      rearrange(data, shape, (position) => {
        const index = picked[offsetIn(indices.shape, position.slice(axis, axis + rank))];
        return offsetIn(data.shape, position.toSpliced(axis, rank, index));
      }),
    ];
  },
};

/** The first index that an axis of that length does not have. */
function firstOutside({ data }: Tensor, length: number): number | bigint | undefined {
  for (const index of data) if (index < -length || index >= length) return index;
  return undefined;
}

const gatherElements: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const indices = context.operand(1, 'indices', indexType);
    checkElementIndices(context, data.shape, indices.shape);
    return [{ dtype: data.dtype, shape: indices.shape }];
  },
};

/** Indices of GatherElements and ScatterElements have data's rank and fit into it off the axis. */
function checkElementIndices(
  context: NodeContext,
  data: readonly number[],
  indices: readonly number[],
): void {
  const axis = context.axis(context.attribute('axis', 'int', 0), data.length);
  const fits =
    indices.length === data.length &&
    indices.every((length, at) => at === axis || length <= data[at]);
  if (!fits) {
    throw context.mismatch(
      `indices that fit into ${formatShape(data)} but for axis ${axis}`,
      formatShape(indices),
    );
  }
}

const gatherNd: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const indices = context.operand(1, 'indices', int64Type);
    const batch = context.attribute('batch_dims', 'int', 0);
    context.expectRank(data, 1, Infinity, 'data');
    context.expectRank(indices, Math.max(batch + 1, 1), Infinity, 'indices');
    const depth = indices.shape[indices.shape.length - 1];
    const leading = indices.shape.slice(0, -1);
    if (
      batch < 0 ||
      depth < 1 ||
      batch + depth > data.shape.length ||
      !sameShape(data.shape.slice(0, batch), leading.slice(0, batch))
    ) {
      throw context.mismatch(
        `indices whose last axis names axes of ${formatShape(data.shape)} after ${batch} batch axes`,
        formatShape(indices.shape),
      );
    }
    return [{ dtype: data.dtype, shape: [...leading, ...data.shape.slice(batch + depth)] }];
  },
};

/** The reductions that a scatter may name: since opset 16 add and mul, since opset 18 max and min. */
function checkReduction(context: NodeContext): void {
  context.choice('reduction', 'none', [
    'none',
    ...(context.opset >= 16 ? ['add', 'mul'] : []),
    ...(context.opset >= 18 ? ['max', 'min'] : []),
  ]);
}

const scatterElements: OperatorRule = {
  inputs: [3, 3],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const indices = context.operand(1, 'indices', indexType);
    const updates = context.operand(2, 'updates', anyType);
    context.expectSameType(data, updates, 'operands data and updates');
    checkReduction(context);
    checkElementIndices(context, data.shape, indices.shape);
    context.expectShape(updates, indices.shape, 'updates');
    return [{ dtype: data.dtype, shape: data.shape }];
  },
};

const scatterNd: OperatorRule = {
  inputs: [3, 3],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const indices = context.operand(1, 'indices', int64Type);
    const updates = context.operand(2, 'updates', anyType);
    context.expectSameType(data, updates, 'operands data and updates');
    checkReduction(context);
    context.expectRank(data, 1, Infinity, 'data');
    context.expectRank(indices, 1, Infinity, 'indices');
    const depth = indices.shape[indices.shape.length - 1];
    if (depth > data.shape.length) {
      throw context.mismatch(
        `indices with at most ${data.shape.length} numbers each`,
        formatShape(indices.shape),
      );
    }
    const wanted = [...indices.shape.slice(0, -1), ...data.shape.slice(depth)];
    context.expectShape(updates, wanted, 'updates');
    return [{ dtype: data.dtype, shape: data.shape }];
  },
};

/** Operators that read and write elements at indices. */
export const indexingRules: RuleTable = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
};
