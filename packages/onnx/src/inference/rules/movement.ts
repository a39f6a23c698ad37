import { allocate, broadcastShapes, formatShape, sizeOf, stridesOf } from '@msanet/tensor';
import type { Elements } from '../evaluation/elements.js';
import { broadcastOffset, rearrange } from '../evaluation/positions.js';
import type { NodeContext } from '../node-context.js';
import type { OperatorRule, RuleTable } from '../operator-rule.js';
import { slicesOf } from '../slices.js';
import { anyType, int64Type } from '../type-class.js';

/** The permutation of a Transpose node; the reversed axes by default. */
function permutation(context: NodeContext, rank: number): number[] {
  const reversed = Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const perm = context.axes(context.attribute('perm', 'ints', reversed), rank);
  if (perm.length === rank) return perm;
  throw context.mismatch(`attribute perm of ${rank} axes`, formatShape(perm));
}

const transpose: OperatorRule = {
  inputs: [1, 1],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'data', anyType);
    return [{ dtype, shape: permutation(context, shape.length).map((axis) => shape[axis]) }];
  },
  evaluate: (context, [{ shape }]) => {
    const data = context.constant(0, 'data', anyType);
    const strides = stridesOf(data.shape);
    const perm = permutation(context, data.shape.length);
    return [
      rearrange(data, shape, (position) =>
        perm.reduce((offset, axis, index) => offset + position[index] * strides[axis], 0),
      ),
    ];
  },
};

const concat: OperatorRule = {
  inputs: [1, Infinity],
  infer: (context) => {
    const parts = context.inputs.map((_, index) =>
      context.operand(index, `inputs_${index}`, anyType),
    );
    const [first] = parts;
    const axis = context.axis(context.attribute('axis', 'int'), first.shape.length);
    for (const part of parts) {
      context.expectSameType(first, part, 'operands');
      context.expectShape(
        part,
        first.shape.with(axis, part.shape[axis] ?? 0),
        'an operand, equal to the first but on the joined axis,',
      );
    }
    const length = parts.reduce((sum, part) => sum + part.shape[axis], 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, length) }];
  },
  evaluate: (context, [{ dtype, shape }]) => {
    const axis = context.axis(context.attribute('axis', 'int'), shape.length);
    const inner = sizeOf(shape.slice(axis + 1));
    const data = allocate(dtype, sizeOf(shape));
    const target: Elements = data;
    let start = 0;
    context.inputs.forEach((_, index) => {
      const part = context.constant(index, `inputs_${index}`, anyType);
      const run = part.shape[axis] * inner;
      for (let source = 0; source < part.data.length; source++) {
        const row = Math.floor(source / run);
        target[row * shape[axis] * inner + start + (source % run)] = part.data[source];
      }
      start += run;
    });
    return [{ dtype, shape, data }];
  },
};

/** The lengths of a Split node's parts. */
function splitLengths(context: NodeContext, length: number): number[] {
  const named = context.optionalIntegers(1, 'split', int64Type);
  if (named !== undefined) {
    const total = named.reduce((a, b) => a + b, 0);
    if (total !== length || named.some((part) => part < 0)) {
      throw context.mismatch(`split lengths that sum to ${length}`, formatShape(named));
    }
    return named;
  }
  const count = context.attribute('num_outputs', 'int', context.outputCount);
  if (count < 1 || count > Math.max(context.outputCount, 1)) {
    throw context.mismatch(`${context.outputCount} parts (num_outputs)`, String(count));
  }
  const part = Math.ceil(length / count);
  // Only since opset 18 may the last part be shorter.
  if (context.opset < 18 && part * count !== length) {
    throw context.mismatch(`a length that ${count} divides`, String(length));
  }
  return Array.from({ length: count }, (_, index) =>
    Math.max(Math.min(part, length - index * part), 0),
  );
}

const split: OperatorRule = {
  inputs: [1, 2],
  outputs: Infinity,
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'input', anyType);
    const axis = context.axis(context.attribute('axis', 'int', 0), shape.length);
    const lengths = splitLengths(context, shape[axis]);
    return lengths.map((length) => ({ dtype, shape: shape.with(axis, length) }));
  },
  evaluate: (context, outputs) => {
    const input = context.constant(0, 'input', anyType);
    const axis = context.axis(context.attribute('axis', 'int', 0), input.shape.length);
    const strides = stridesOf(input.shape);
    let start = 0;
    return outputs.map(({ shape }) => {
      const base = start * strides[axis];
      start += shape[axis];
      return rearrange(input, shape, (position) =>
        position.reduce((offset, index, at) => offset + index * strides[at], base),
      );
    });
  },
};

const slice: OperatorRule = {
  inputs: [3, 5],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'data', anyType);
    return [{ dtype, shape: slicesOf(context, shape).map((axis) => axis.length) }];
  },
  evaluate: (context, [{ shape }]) => {
    const data = context.constant(0, 'data', anyType);
    const strides = stridesOf(data.shape);
    const slices = slicesOf(context, data.shape);
    return [
      rearrange(data, shape, (position) =>
        slices.reduce(
          (offset, { start, step }, axis) =>
            offset + (start + position[axis] * step) * strides[axis],
          0,
        ),
      ),
    ];
  },
};

const tile: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'input', anyType);
    const repeats = context.integers(1, 'repeats', int64Type);
    if (repeats.length !== shape.length || repeats.some((count) => count < 0)) {
      throw context.mismatch(
        `repeats of ${shape.length} numbers of at least 0`,
        formatShape(repeats),
      );
    }
    return [{ dtype, shape: shape.map((length, axis) => length * repeats[axis]) }];
  },
  evaluate: (context, [{ shape }]) => {
    const input = context.constant(0, 'input', anyType);
    return [
      rearrange(input, shape, (position) =>
        input.shape.reduce(
          (offset, length, axis) => offset * length + (position[axis] % length),
          0,
        ),
      ),
    ];
  },
};

const expand: OperatorRule = {
  inputs: [2, 2],
  infer: (context) => {
    const { dtype, shape } = context.operand(0, 'input', anyType);
    const target = context.integers(1, 'shape', int64Type);
    return [{ dtype, shape: broadcastShapes(shape, target, context.where) }];
  },
  evaluate: (context, [{ shape }]) => {
    const input = context.constant(0, 'input', anyType);
    return [rearrange(input, shape, (position) => broadcastOffset(position, input.shape))];
  },
};

/** Operators that permute, join, cut and repeat elements by their position. */
export const movementRules: RuleTable = {
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Tile: tile,
  Expand: expand,
};
