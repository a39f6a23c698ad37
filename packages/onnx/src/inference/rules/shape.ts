import { formatShape, int64, sizeOf, type Tensor } from '@msanet/tensor';
import type { InferredValue } from '../inferred-value.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { anyType, int64Type } from '../type-class.js';

/** The same elements under another shape, sharing the content. */
function reshaped({ dtype, constant }: InferredValue, shape: readonly number[]): InferredValue {
  return constant === undefined
    ? { dtype, shape }
    : { dtype, shape, constant: { ...constant, shape } };
}

function known(constant: Tensor): InferredValue {
  return { dtype: constant.dtype, shape: constant.shape, constant };
}

/** The shape that a Reshape node asks for: 0 copies the input's axis (without `allowzero`), −1 takes what is left. */
function reshapeTarget(context: NodeContext, from: readonly number[]): number[] {
  const wanted = context.integers(1, 'shape', int64Type);
  const allowZero = context.attribute('allowzero', 'int', 0) !== 0;
  const target = wanted.map((length, axis) => {
    if (length !== 0 || allowZero) return length;
    if (axis < from.length) return from[axis];
    throw context.mismatch(`a 0 in shape only for an axis of ${formatShape(from)}`, `axis ${axis}`);
  });
  const open = target.indexOf(-1);
  if (target.some((length, axis) => length < 0 && axis !== open)) {
    throw context.mismatch('a shape with at most one −1', formatShape(target));
  }
  const size = sizeOf(from);
  if (open >= 0) {
    const others = sizeOf(target.filter((_, axis) => axis !== open));
    if (others > 0) target[open] = size / others;
  }
  if (
    !target.every((length) => Number.isInteger(length) && length >= 0) ||
    sizeOf(target) !== size
  ) {
    throw context.mismatch(
      `a shape of ${size} elements, as ${formatShape(from)}`,
      formatShape(wanted),
    );
  }
  return target;
}

const reshape: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    return [reshaped(data, reshapeTarget(context, data.shape))];
  },
};

const squeeze: OperatorRule = {
  inputs: [1, 2],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const { shape } = data;
    const named = context.optionalIntegers(1, 'axes', int64Type);
    const axes =
      named === undefined
        ? shape.flatMap((length, axis) => (length === 1 ? [axis] : []))
        : context.axes(named, shape.length);
    if (axes.some((axis) => shape[axis] !== 1)) {
      throw context.mismatch(`length 1 on the axes ${formatShape(axes)}`, formatShape(shape));
    }
    return [
      reshaped(
        data,
        shape.filter((_, axis) => !axes.includes(axis)),
      ),
    ];
  },
};

const unsqueeze: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const data = context.operand(0, 'data', anyType);
    const named = context.integers(1, 'axes', int64Type);
    const rank = data.shape.length + named.length;
    const axes = context.axes(named, rank);
    const lengths = data.shape.values();
    const shape = Array.from({ length: rank }, (_, axis) =>
      axes.includes(axis) ? 1 : (lengths.next().value ?? 1),
    );
    return [reshaped(data, shape)];
  },
};

const flatten: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const data = context.operand(0, 'input', anyType);
    const rank = data.shape.length;
    const axis = context.attribute('axis', 'int', 1);
    const split = axis < 0 ? axis + rank : axis;
    if (split < 0 || split > rank) {
      throw context.mismatch(`an axis from ${-rank} to ${rank}`, String(axis));
    }
    return [reshaped(data, [sizeOf(data.shape.slice(0, split)), sizeOf(data.shape.slice(split))])];
  },
};

const shapeOf: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { shape } = context.operand(0, 'data', anyType);
    const start = context.attribute('start', 'int', 0);
    const end = context.attribute('end', 'int', shape.length);
    return [known(int64(shape.slice(start, end)))];
  },
};

/** Operators that read a shape, or give a value another one without moving an element. */
export const shapeRules: RuleTable = {
  Shape: shapeOf,
  Size: {
    inputs: [1, 1],
    infer: (context) => [known(int64([sizeOf(context.operand(0, 'data', anyType).shape)], []))],
  },
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Identity: {
    inputs: [1, 1],
    infer: (context) => {
      const data = context.operand(0, 'input', anyType);
      return [reshaped(data, data.shape)];
    },
  },
};
