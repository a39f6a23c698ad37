import { broadcastShapes, formatShape, sizeOf } from '@msanet/tensor';
import type { OperatorCall, OperatorKernel } from '../operator-call.js';
import { ndarray, type NdArray } from '../ndarray.js';
import { broadcastStrides, stridedOffsets } from '../strided.js';
import { broadcastData, wrapIntegers } from './elementwise.js';
import { einsum } from './einsum.js';

/** c[cStart…] += a[aStart…] · b[bStart…] for row-major (rows, inner) and (inner, columns) matrices. */
function accumulateProduct(
  c: Float64Array,
  cStart: number,
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let row = 0; row < rows; row++) {
    const cRow = cStart + row * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a[aStart + row * inner + k];
      const bRow = bStart + k * columns;
      for (let column = 0; column < columns; column++) {
        c[cRow + column] += factor * b[bRow + column];
      }
    }
  }
}

/** NumPy's matmul: stacks of matrices broadcast, vectors gain an axis that is removed again. */
function matMul(call: OperatorCall): NdArray {
  const [a, b] = [call.input(0), call.input(1)];
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw call.shapeError('operands of at least one axis', 'a scalar');
  }
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [rows, inner] = left.slice(-2);
  const [innerRight, columns] = right.slice(-2);
  if (inner !== innerRight) {
    throw call.shapeError(
      'matrices whose inner lengths agree',
      `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  const [leftStack, rightStack] = [left.slice(0, -2), right.slice(0, -2)];
  const stack = broadcastShapes(leftStack, rightStack, call.where);
  const leftMatrices = stridedOffsets(stack, broadcastStrides(leftStack, stack));
  const rightMatrices = stridedOffsets(stack, broadcastStrides(rightStack, stack));
  const result = new Float64Array(sizeOf(stack) * rows * columns);
  leftMatrices.forEach((leftMatrix, index) => {
    accumulateProduct(
      result,
      index * rows * columns,
      a.data,
      leftMatrix * rows * inner,
      b.data,
      rightMatrices[index] * inner * columns,
      rows,
      inner,
      columns,
    );
  });
  const shape = [
    ...stack,
    ...(a.shape.length === 1 ? [] : [rows]),
    ...(b.shape.length === 1 ? [] : [columns]),
  ];
  return wrapIntegers(ndarray(shape, result, a.dtype));
}

function transposed({ shape: [rows, columns], data }: NdArray): NdArray {
  const offsets = stridedOffsets([columns, rows], [1, columns]);
  return ndarray(
    [columns, rows],
    Float64Array.from(offsets, (offset) => data[offset]),
  );
}

/** Gemm: alpha · A' · B' + beta · C, where A' and B' may be transposes and C broadcasts to the product. */
function gemm(call: OperatorCall): NdArray {
  const [a, b, c] = [call.input(0), call.input(1), call.optional(2)];
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    throw call.shapeError('two matrices', `${formatShape(a.shape)} and ${formatShape(b.shape)}`);
  }
  const left = call.int('transA', 0) === 0 ? a : transposed(a);
  const right = call.int('transB', 0) === 0 ? b : transposed(b);
  const [rows, inner] = left.shape;
  const [innerRight, columns] = right.shape;
  if (inner !== innerRight) {
    throw call.shapeError(
      'matrices whose inner lengths agree',
      `${formatShape(left.shape)} and ${formatShape(right.shape)}`,
    );
  }
  const alpha = call.float('alpha', 1);
  const beta = call.float('beta', 1);
  const shape = [rows, columns];
  const product = new Float64Array(rows * columns);
  accumulateProduct(product, 0, left.data, 0, right.data, 0, rows, inner, columns);
  const addend = c && broadcastData(c, shape);
  const result = product.map((value, index) => alpha * value + (addend ? beta * addend[index] : 0));
  return ndarray(shape, result, a.dtype);
}

/** Products of matrices and of labelled axes. */
export const linalgOperators: Readonly<Record<string, OperatorKernel>> = {
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
};
