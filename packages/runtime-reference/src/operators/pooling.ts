import { formatShape, sizeOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { slidingWindow, spatialShape, type Window } from './window.js';

/** The part of an axis that one window covers: `count` elements from `first`, `step` apart. */
interface Covered {
  readonly first: number;
  readonly count: number;
  readonly step: number;
  /** Cells of the window that lie in the operand or its explicit pads. */
  readonly padded: number;
}

function coveredAlong(window: Window, axis: 0 | 1 | 2): Covered[] {
  const length = window.input[axis];
  const step = window.dilations[axis];
  return Array.from({ length: window.output[axis] }, (_, position) => {
    const start = position * window.strides[axis] - window.padsBegin[axis];
    const cells = Array.from({ length: window.kernel[axis] }, (_, tap) => start + tap * step);
    const inside = cells.filter((cell) => cell >= 0 && cell < length);
    // Where ceil_mode lets the last window hang over the end padding, the overhang counts as nothing.
    const padded = cells.filter((cell) => cell < length + window.padsEnd[axis]).length;
    return { first: inside[0] ?? 0, count: inside.length, step, padded };
  });
}

/**
 * Visits every window of every plane. `cells` lists the offsets inside the operand that the window covers;
 * `padded` is how many cells it has when pads are counted.
 */
function forEachWindow(
  window: Window,
  planes: number,
  visit: (output: number, cells: readonly number[], padded: number) => void,
): void {
  const [depths, rows, columns] = [0, 1, 2].map((axis) => coveredAlong(window, axis as 0 | 1 | 2));
  const [depth, height, width] = window.input;
  let output = 0;
  for (let plane = 0; plane < planes; plane++) {
    const start = plane * depth * height * width;
    for (const z of depths) {
      for (const y of rows) {
        for (const x of columns) {
          const cells: number[] = [];
          for (let k = 0; k < z.count; k++) {
            for (let j = 0; j < y.count; j++) {
              const row =
                start + ((z.first + k * z.step) * height + y.first + j * y.step) * width + x.first;
              for (let i = 0; i < x.count; i++) cells.push(row + i * x.step);
            }
          }
          visit(output, cells, z.padded * y.padded * x.padded);
          output += 1;
        }
      }
    }
  }
}

function poolWindow(call: OperatorCall, x: NdArray): Window {
  const kernel = call.required('kernel_shape', 'ints');
  return slidingWindow(call, spatialShape(call, x.shape), kernel);
}

/**
 * MaxPool, with the optional Indices output: the flat row-major offset of each maximum in the whole operand. Among
 * equal elements the first in row-major order wins.
 */
function maxPool(call: OperatorCall): readonly NdArray[] {
  const x = call.input(0);
  if (call.int('storage_order', 0) !== 0) {
    throw call.unsupported('storage_order 0', 'column-major indices');
  }
  const window = poolWindow(call, x);
  const planes = x.shape[0] * x.shape[1];
  const shape = [...x.shape.slice(0, 2), ...window.outputShape];
  const values = new Float64Array(sizeOf(shape));
  const indices = new Float64Array(values.length);
  forEachWindow(window, planes, (output, cells) => {
    if (cells.length === 0) {
      throw call.shapeError('windows that touch the operand', 'a window of pads alone');
    }
    let best = cells[0];
    for (const cell of cells) if (x.data[cell] > x.data[best]) best = cell;
    values[output] = x.data[best];
    indices[output] = best;
  });
  return [ndarray(shape, values, x.dtype), ndarray(shape, indices, 'int64')];
}

function averagePool(call: OperatorCall): NdArray {
  const x = call.input(0);
  const window = poolWindow(call, x);
  const includePads = call.int('count_include_pad', 0) === 1;
  const shape = [...x.shape.slice(0, 2), ...window.outputShape];
  const result = new Float64Array(sizeOf(shape));
  forEachWindow(window, x.shape[0] * x.shape[1], (output, cells, padded) => {
    let sum = 0;
    for (const cell of cells) sum += x.data[cell];
    result[output] = sum / (includePads ? padded : cells.length);
  });
  return ndarray(shape, result);
}

/** Reduces every spatial axis to length 1. */
function globalPool(reduce: (plane: Float64Array) => number): OperatorKernel {
  return (call) => {
    const { shape, data } = call.input(0);
    if (shape.length < 3) {
      throw call.shapeError('an operand with spatial axes', formatShape(shape));
    }
    const plane = sizeOf(shape.slice(2));
    const result = new Float64Array(shape[0] * shape[1]);
    for (let index = 0; index < result.length; index++) {
      result[index] = reduce(data.subarray(index * plane, (index + 1) * plane));
    }
    return ndarray(
      shape.map((length, axis) => (axis < 2 ? length : 1)),
      result,
    );
  };
}

/** Pools over one, two or three spatial dimensions. */
export const poolingOperators: Readonly<Record<string, OperatorKernel>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalPool((plane) => plane.reduce((sum, x) => sum + x, 0) / plane.length),
  GlobalMaxPool: globalPool((plane) => plane.reduce((best, x) => Math.max(best, x), -Infinity)),
};
