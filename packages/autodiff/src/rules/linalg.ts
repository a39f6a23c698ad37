import { sizeOf } from '@msanet/tensor';
import { float, int, type Value } from '@msanet/onnx';
import { vjpRule } from '../vjp-rule.js';

/** y = a·b, batched and broadcast as in NumPy's `matmul`: da = g·bᵀ, db = aᵀ·g. */
export const matmul = vjpRule(
  ({ emit, cotangent, inputs: [a, b] }) => {
    // A vector counts as a matrix of one row (left) or one column (right); its axis is missing in the result.
    const left = a.shape.length === 1 ? emit.reshape(a, [1, ...a.shape]) : a;
    const right = b.shape.length === 1 ? emit.reshape(b, [...b.shape, 1]) : b;
    const matrixAxes = (a.shape.length > 1 ? 1 : 0) + (b.shape.length > 1 ? 1 : 0);
    const batch = cotangent.shape.slice(0, cotangent.shape.length - matrixAxes);
    const [rows] = left.shape.slice(-2);
    const [inner, columns] = right.shape.slice(-2);
    const g = emit.reshape(cotangent, [...batch, rows, columns]);
    const sharedWeight = b.shape.length === 2 && sizeOf(left.shape.slice(0, -2)) === sizeOf(batch);
    return [
      () => emit.matmul(g, emit.transposeMatrix(right)),
      () => {
        if (sharedWeight) {
          // All of the batch multiplies one matrix: a single product, not one per batch element and a sum.
          const all = sizeOf(batch) * rows;
          const flat = emit.transposeMatrix(emit.reshape(left, [all, inner]));
          return emit.matmul(flat, emit.reshape(g, [all, columns]));
        }
        const product = emit.matmul(emit.transposeMatrix(left), g);
        if (b.shape.length > 1) return product;
        return emit.reshape(product, product.shape.slice(0, -1));
      },
    ];
  },
  { broadcasts: true },
);

/** y = α·a′·b′ + β·c, where a′ and b′ may be transposed and c broadcasts. */
export const gemm = vjpRule(
  (context) => {
    const { emit, cotangent: g, inputs } = context;
    const [a, b] = inputs;
    const transposedA = context.operator.attribute('transA', 'int', 0) !== 0;
    const transposedB = context.operator.attribute('transB', 'int', 0) !== 0;
    const alpha = context.operator.attribute('alpha', 'float', 1);
    const beta = context.operator.attribute('beta', 'float', 1);
    const product = (left: Value, transA: boolean, right: Value, transB: boolean): Value =>
      emit.node('Gemm', [left, right], {
        alpha: float(alpha),
        transA: int(transA ? 1 : 0),
        transB: int(transB ? 1 : 0),
      });
    return [
      () => (transposedA ? product(b, transposedB, g, true) : product(g, false, b, !transposedB)),
      () => (transposedB ? product(g, true, a, transposedA) : product(a, !transposedA, g, false)),
      () => emit.mul(g, beta),
    ];
  },
  { broadcasts: true },
);
