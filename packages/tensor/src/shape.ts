import { MsanetError } from './errors.js';

/** The lengths of a tensor's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a tensor of that shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Row-major strides of a shape, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Whether two shapes are the same, axis by axis. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** A shape as people write it: `(2, 8, 3, 224, 224)`. */
export function formatShape(shape: Shape): string {
  return `(${shape.join(', ')})`;
}

/**
 * The shape two tensors broadcast to by NumPy's and ONNX's multidirectional rule.
 *
 * @throws MsanetError `SHAPE_MISMATCH` when an axis differs and neither length is 1.
 */
export function broadcastShapes(a: Shape, b: Shape, where = 'broadcast'): number[] {
  const rank = Math.max(a.length, b.length);
  const result = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new MsanetError({
        code: 'SHAPE_MISMATCH',
        where,
        expected: 'shapes that broadcast',
        got: `${formatShape(a)} and ${formatShape(b)}`,
        remedy: 'make the lengths of each axis equal, or 1',
      });
    }
    result[axis] = left === 1 ? right : left;
  }
  return result;
}

/**
 * An axis counted from the front; negative axes count from the back as in ONNX. A scalar counts as a vector of one.
 *
 * @throws MsanetError `SHAPE_MISMATCH` when the tensor has no such axis
 */
export function normalizeAxis(axis: number, rank: number, where = 'axis'): number {
  const axes = Math.max(rank, 1);
  const result = axis < 0 ? axis + axes : axis;
  if (!Number.isInteger(axis) || result < 0 || result >= axes) {
    throw new MsanetError({
      code: 'SHAPE_MISMATCH',
      where,
      expected: `an axis from ${-axes} to ${axes - 1}`,
      got: String(axis),
      remedy: 'name an axis that the tensor has',
    });
  }
  return result;
}
