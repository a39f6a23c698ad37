import { broadcastShapes, formatShape, sizeOf, stridesOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { splitAt, stridedOffsets } from '../strided.js';
import { broadcastData } from './elementwise.js';

/** The elements of a value at the given offsets, in a new shape. */
export function gatherOffsets(
  { data, dtype }: NdArray,
  shape: readonly number[],
  offsets: Int32Array,
): NdArray {
  const result = new Float64Array(offsets.length);
  for (let index = 0; index < result.length; index++) result[index] = data[offsets[index]];
  return ndarray(shape, result, dtype);
}

/** The value with its axes in another order: axis k of the result is axis `order[k]` of the operand. */
export function permute(x: NdArray, order: readonly number[]): NdArray {
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]);
  return gatherOffsets(
    x,
    shape,
    stridedOffsets(
      shape,
      order.map((axis) => strides[axis]),
    ),
  );
}

function transpose(call: OperatorCall): NdArray {
  const x = call.input(0);
  const order = call.ints('perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  const sorted = [...order].sort((a, b) => a - b);
  if (order.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
    throw call.shapeError(`a permutation of ${x.shape.length} axes`, formatShape(order));
  }
  return permute(x, order);
}

/** The same elements in another shape. */
function reshaped(call: OperatorCall, x: NdArray, shape: readonly number[]): NdArray {
  const countable = shape.every((length) => Number.isInteger(length) && length >= 0);
  if (!countable || sizeOf(shape) !== x.data.length) {
    throw call.shapeError(
      `a shape of ${x.data.length} elements`,
      `${formatShape(x.shape)} to ${formatShape(shape)}`,
    );
  }
  return { ...x, shape };
}

/** Reshape: 0 copies the operand's length (unless `allowzero`), −1 takes what is left. */
function reshape(call: OperatorCall): NdArray {
  const x = call.input(0);
  const wanted = call.integers(1) ?? [];
  const copiesZero = call.int('allowzero', 0) === 0;
  const shape = wanted.map((length, axis) => (length === 0 && copiesZero ? x.shape[axis] : length));
  const open = shape.indexOf(-1);
  if (open >= 0) {
    const rest = sizeOf(shape.filter((_, axis) => axis !== open));
    shape[open] = rest === 0 ? 0 : x.data.length / rest;
  }
  return reshaped(call, x, shape);
}

function squeeze(call: OperatorCall): NdArray {
  const x = call.input(0);
  const rank = x.shape.length;
  const axes = call.integers(1)?.map((axis) => call.axis(axis, rank));
  const drop = (axis: number) => (axes ? axes.includes(axis) : x.shape[axis] === 1);
  return reshaped(
    call,
    x,
    x.shape.filter((_, axis) => !drop(axis)),
  );
}

function unsqueeze(call: OperatorCall): NdArray {
  const x = call.input(0);
  const given = call.integers(1) ?? [];
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => call.axis(axis, rank)));
  if (axes.size !== given.length) throw call.shapeError('distinct axes', formatShape(given));
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, axis) =>
    axes.has(axis) ? 1 : (rest.shift() ?? 1),
  );
  return reshaped(call, x, shape);
}

function flatten(call: OperatorCall): NdArray {
  const x = call.input(0);
  const given = call.int('axis', 1);
  const axis = given < 0 ? given + x.shape.length : given;
  return reshaped(call, x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
}

function concat(call: OperatorCall): NdArray {
  const operands = call.operands;
  const [first = call.input(0)] = operands;
  const axis = call.axis(call.required('axis', 'int'), first.shape.length);
  for (const { shape } of operands) {
    const fits = shape.every((length, k) => k === axis || length === first.shape[k]);
    if (shape.length !== first.shape.length || !fits) {
      throw call.shapeError(
        `operands equal to ${formatShape(first.shape)} but for axis ${axis}`,
        formatShape(shape),
      );
    }
  }
  const total = operands.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((length, k) => (k === axis ? total : length));
  const { outer, inner } = splitAt(shape, axis);
  const result = new Float64Array(sizeOf(shape));
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const operand of operands) {
      const size = operand.shape[axis] * inner;
      result.set(operand.data.subarray(block * size, (block + 1) * size), at);
      at += size;
    }
  }
  return ndarray(shape, result, first.dtype);
}

/** The lengths of the parts of Split: as the operand says, else equal parts, of which the last may be smaller. */
function splitLengths(call: OperatorCall, length: number): readonly number[] {
  const given = call.integers(1);
  if (given) return given;
  const parts = call.int('num_outputs', call.node.outputs.length);
  const part = Math.ceil(length / parts);
  return Array.from({ length: parts }, (_, index) =>
    index < parts - 1 ? part : length - part * (parts - 1),
  );
}

function split(call: OperatorCall): readonly NdArray[] {
  const x = call.input(0);
  const axis = call.axis(call.int('axis', 0), x.shape.length);
  const lengths = splitLengths(call, x.shape[axis]);
  if (
    lengths.some((length) => length < 0) ||
    lengths.reduce((a, b) => a + b, 0) !== x.shape[axis]
  ) {
    throw call.shapeError(`parts that add up to ${x.shape[axis]}`, formatShape(lengths));
  }
  const strides = stridesOf(x.shape);
  let start = 0;
  return lengths.map((length) => {
    const shape = x.shape.map((other, k) => (k === axis ? length : other));
    const offsets = stridedOffsets(shape, strides, start * strides[axis]);
    start += length;
    return gatherOffsets(x, shape, offsets);
  });
}

function tile(call: OperatorCall): NdArray {
  const x = call.input(0);
  const repeats = call.integers(1) ?? [];
  if (repeats.length !== x.shape.length) {
    throw call.shapeError(`${x.shape.length} repeats`, String(repeats.length));
  }
  const strides = stridesOf(x.shape);
  // Every axis becomes a pair (repeat, element), of which the repeat moves nothing.
  const pairs = x.shape.flatMap((length, axis) => [repeats[axis], length]);
  const steps = x.shape.flatMap((_, axis) => [0, strides[axis]]);
  const shape = x.shape.map((length, axis) => length * repeats[axis]);
  return gatherOffsets(x, shape, stridedOffsets(pairs, steps));
}

function expand(call: OperatorCall): NdArray {
  const x = call.input(0);
  const shape = broadcastShapes(x.shape, call.integers(1) ?? [], call.where);
  return ndarray(shape, broadcastData(x, shape), x.dtype);
}

function imageShape(call: OperatorCall, { shape }: NdArray): readonly number[] {
  if (shape.length === 4) return shape;
  throw call.shapeError('an operand (batch, channels, height, width)', formatShape(shape));
}

/** DepthToSpace, in the channel orders DCR (depth, column, row) and CRD. */
function depthToSpace(call: OperatorCall): NdArray {
  const x = call.input(0);
  const [batch, channels, height, width] = imageShape(call, x);
  const block = call.required('blocksize', 'int');
  const depth = channels / (block * block);
  const columnFirst = call.string('mode', 'DCR') === 'CRD';
  const parts = columnFirst
    ? [batch, depth, block, block, height, width]
    : [batch, block, block, depth, height, width];
  const order = columnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  return reshaped(call, permute(reshaped(call, x, parts), order), [
    batch,
    depth,
    height * block,
    width * block,
  ]);
}

function spaceToDepth(call: OperatorCall): NdArray {
  const x = call.input(0);
  const [batch, channels, height, width] = imageShape(call, x);
  const block = call.required('blocksize', 'int');
  const [rows, columns] = [height / block, width / block];
  const parts = [batch, channels, rows, block, columns, block];
  return reshaped(call, permute(reshaped(call, x, parts), [0, 3, 5, 1, 2, 4]), [
    batch,
    channels * block * block,
    rows,
    columns,
  ]);
}

/** Trilu: the upper (default) or lower triangle of each matrix, counted from diagonal k. */
function trilu(call: OperatorCall): NdArray {
  const { shape, data, dtype } = call.input(0);
  const diagonal = call.optional(1) ? call.scalar(1) : 0;
  const upper = call.int('upper', 1) === 1;
  const [rows, columns] = shape.slice(-2);
  const result = data.map((value, index) => {
    const column = index % columns;
    const row = Math.floor(index / columns) % rows;
    const kept = upper ? column >= row + diagonal : column <= row + diagonal;
    return kept ? value : 0;
  });
  return ndarray(shape, result, dtype);
}

const identity: OperatorKernel = (call) => call.input(0);

/** Dropout at inference: the operand itself, and a mask that keeps everything. */
function dropout(call: OperatorCall): readonly NdArray[] {
  const x = call.input(0);
  if (call.optional(2) && call.scalar(2) !== 0) {
    throw call.unsupported('inference', 'training_mode true, whose result is random');
  }
  return [x, ndarray(x.shape, new Float64Array(x.data.length).fill(1), 'bool')];
}

/** Operators that move elements without computing with them. */
export const movementOperators: Readonly<Record<string, OperatorKernel>> = {
  Transpose: transpose,
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Flatten: flatten,
  Concat: concat,
  Split: split,
  Tile: tile,
  Expand: expand,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Trilu: trilu,
  Identity: identity,
  Dropout: dropout,
};
