import { formatShape, sizeOf, stridesOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { splitAt, stridedOffsets } from '../strided.js';
import { gatherOffsets } from './movement.js';

/** Slice, by NumPy's rule: bounds are clamped to the axis, a negative step walks backwards. */
function slice(call: OperatorCall): NdArray {
  const x = call.input(0);
  const rank = x.shape.length;
  const starts = call.integers(1) ?? [];
  const ends = call.integers(2) ?? [];
  const axes = call.integers(3) ?? starts.map((_, index) => index);
  const steps = call.integers(4) ?? starts.map(() => 1);
  const shape = [...x.shape];
  const strides = stridesOf(x.shape);
  let origin = 0;
  axes.forEach((given, index) => {
    const axis = call.axis(given, rank);
    const length = x.shape[axis];
    const step = steps[index];
    if (step === 0) throw call.error('GRAPH_INVALID', 'a step', '0', 'use a step other than 0');
    const clampTo = (bound: number, low: number, high: number) =>
      Math.min(Math.max(bound < 0 ? bound + length : bound, low), high);
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const start = clampTo(starts[index], Math.max(low, 0), high);
    const end = clampTo(ends[index], low, high);
    shape[axis] = Math.max(0, Math.ceil((end - start) / step));
    origin += start * strides[axis];
    strides[axis] *= step;
  });
  return gatherOffsets(x, shape, stridedOffsets(shape, strides, origin));
}

/** An index counted from the front. */
function element(call: OperatorCall, index: number, length: number): number {
  const result = index < 0 ? index + length : index;
  if (result >= 0 && result < length) return result;
  throw call.error(
    'SHAPE_MISMATCH',
    `an index from ${-length} to ${length - 1}`,
    String(index),
    'correct the indices',
  );
}

function gather(call: OperatorCall): NdArray {
  const [x, indices] = [call.input(0), call.input(1)];
  const axis = call.axis(call.int('axis', 0), x.shape.length);
  const { outer, length, inner } = splitAt(x.shape, axis);
  const rows = Array.from(indices.data, (index) => element(call, index, length));
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const result = new Float64Array(sizeOf(shape));
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const row of rows) {
      const from = (block * length + row) * inner;
      result.set(x.data.subarray(from, from + inner), at);
      at += inner;
    }
  }
  return ndarray(shape, result, x.dtype);
}

/**
 * The offset in `x` of every element of `indices`: its own position, with the coordinate along the axis replaced by
 * the index. What GatherElements reads and ScatterElements writes.
 */
function elementOffsets(call: OperatorCall, x: NdArray, indices: NdArray): Int32Array {
  const axis = call.axis(call.int('axis', 0), x.shape.length);
  const strides = stridesOf(x.shape);
  const stride = strides[axis];
  if (indices.shape.length !== x.shape.length) {
    throw call.shapeError(`indices of ${x.shape.length} axes`, formatShape(indices.shape));
  }
  if (indices.shape.some((length, k) => k !== axis && length > x.shape[k])) {
    throw call.shapeError(`indices within ${formatShape(x.shape)}`, formatShape(indices.shape));
  }
  strides[axis] = 0;
  return stridedOffsets(indices.shape, strides).map(
    (offset, index) => offset + stride * element(call, indices.data[index], x.shape[axis]),
  );
}

function gatherElements(call: OperatorCall): NdArray {
  const [x, indices] = [call.input(0), call.input(1)];
  return gatherOffsets(x, indices.shape, elementOffsets(call, x, indices));
}

/** Where the index tuples of GatherND and ScatterND point: the offset of each block, and the blocks' shape. */
interface Blocks {
  readonly offsets: readonly number[];
  readonly shape: readonly number[];
}

function indexedBlocks(
  call: OperatorCall,
  x: NdArray,
  indices: NdArray,
  batchAxes: number,
): Blocks {
  const depth = indices.shape[indices.shape.length - 1];
  const strides = stridesOf(x.shape);
  const batch = sizeOf(x.shape.slice(0, batchAxes));
  const batchStride = sizeOf(x.shape.slice(batchAxes));
  const tuples = indices.data.length / depth;
  if (!(batchAxes + depth <= x.shape.length)) {
    throw call.shapeError(`index tuples within ${x.shape.length} axes`, `${batchAxes} + ${depth}`);
  }
  const offsets = Array.from({ length: tuples }, (_, tuple) => {
    let offset = Math.floor(tuple / (tuples / batch)) * batchStride;
    for (let k = 0; k < depth; k++) {
      const axis = batchAxes + k;
      offset += strides[axis] * element(call, indices.data[tuple * depth + k], x.shape[axis]);
    }
    return offset;
  });
  return { offsets, shape: x.shape.slice(batchAxes + depth) };
}

function gatherNd(call: OperatorCall): NdArray {
  const [x, indices] = [call.input(0), call.input(1)];
  const { offsets, shape } = indexedBlocks(call, x, indices, call.int('batch_dims', 0));
  const size = sizeOf(shape);
  const result = new Float64Array(offsets.length * size);
  offsets.forEach((offset, block) => {
    result.set(x.data.subarray(offset, offset + size), block * size);
  });
  return ndarray([...indices.shape.slice(0, -1), ...shape], result, x.dtype);
}

const scatterReductions: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  min: Math.min,
  max: Math.max,
};

function scatterReduction(call: OperatorCall): (old: number, update: number) => number {
  const name = call.string('reduction', 'none');
  const reduction = scatterReductions[name];
  if (reduction) return reduction;
  throw call.unsupported('reduction none, add, mul, min or max', name);
}

function scatterElements(call: OperatorCall): NdArray {
  const [x, indices, updates] = [call.input(0), call.input(1), call.input(2)];
  const reduce = scatterReduction(call);
  const offsets = elementOffsets(call, x, indices);
  if (updates.data.length !== offsets.length) {
    throw call.shapeError(`updates ${formatShape(indices.shape)}`, formatShape(updates.shape));
  }
  const result = x.data.slice();
  offsets.forEach((offset, index) => {
    result[offset] = reduce(result[offset], updates.data[index]);
  });
  return ndarray(x.shape, result, x.dtype);
}

function scatterNd(call: OperatorCall): NdArray {
  const [x, indices, updates] = [call.input(0), call.input(1), call.input(2)];
  const reduce = scatterReduction(call);
  const { offsets, shape } = indexedBlocks(call, x, indices, 0);
  const size = sizeOf(shape);
  if (updates.data.length !== offsets.length * size) {
    throw call.shapeError(
      `updates ${formatShape([...indices.shape.slice(0, -1), ...shape])}`,
      formatShape(updates.shape),
    );
  }
  const result = x.data.slice();
  offsets.forEach((offset, block) => {
    for (let index = 0; index < size; index++) {
      result[offset + index] = reduce(result[offset + index], updates.data[block * size + index]);
    }
  });
  return ndarray(x.shape, result, x.dtype);
}

/** Operators that read or write elements by index. */
export const indexingOperators: Readonly<Record<string, OperatorKernel>> = {
  Slice: slice,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
};
