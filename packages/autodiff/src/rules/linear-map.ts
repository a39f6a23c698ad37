import { sizeOf } from '@msanet/tensor';
import type { Value } from '@msanet/onnx';
import type { Emitter } from '../emitter.js';

/** A dense matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A matrix whose element is given by its row and column. */
export function matrixOf(
  rows: number,
  columns: number,
  element: (row: number, column: number) => number,
): Matrix {
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      values[row * columns + column] = element(row, column);
    }
  }
  return { rows, columns, values };
}

/** A matrix with a 1 per row, in the given columns: it picks elements of a vector. */
export function selection(picked: readonly number[], columns: number): Matrix {
  return matrixOf(picked.length, columns, (row, column) => (picked[row] === column ? 1 : 0));
}

/**
 * Applies the transpose of a constant matrix along one axis, which has one element per row: the adjoint of a linear map
 * of that axis. It is one product of matrices with a small constant.
 */
export function applyTransposed(emit: Emitter, x: Value, axis: number, matrix: Matrix): Value {
  const { rows, columns, values } = matrix;
  if (axis === x.shape.length - 1) {
    const flat = emit.reshape(x, [sizeOf(x.shape.slice(0, axis)), rows]);
    const product = emit.matmul(flat, emit.constant(x.dtype, values, [rows, columns]));
    return emit.reshape(product, [...x.shape.slice(0, axis), columns]);
  }
  const transposed = matrixOf(columns, rows, (row, column) => values[column * columns + row]);
  const left = emit.constant(x.dtype, transposed.values, [columns, rows]);
  return multiplyAlong(emit, left, x, axis);
}

/** Multiplies a matrix (rows, columns) from the left along one axis, which has `columns` elements. */
export function multiplyAlong(emit: Emitter, matrix: Value, x: Value, axis: number): Value {
  const [rows, columns] = matrix.shape;
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const flat = emit.reshape(x, [sizeOf(outer), columns, sizeOf(inner)]);
  return emit.reshape(emit.matmul(matrix, flat), [...outer, rows, ...inner]);
}
