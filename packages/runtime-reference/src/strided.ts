import { sizeOf, stridesOf, type Shape } from '@msanet/tensor';

/**
 * The memory offset of every element of an array of that shape, in row-major order, when one step along axis k moves
 * `strides[k]` elements. Transposes, slices, broadcasts and reductions are all this with other strides.
 *
 * @param start the offset of the first element
 */
export function stridedOffsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  if (offsets.length === 0) return offsets;
  offsets[0] = start;
  // Each axis, innermost first, repeats the block so far at multiples of its stride.
  let block = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let step = 1; step < shape[axis]; step++) {
      const shift = step * strides[axis];
      const base = step * block;
      for (let index = 0; index < block; index++) offsets[base + index] = offsets[index] + shift;
    }
    block *= shape[axis];
  }
  return offsets;
}

/** The strides that read an array of `shape` as if it were broadcast to `target`: 0 along every repeated axis. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const own = stridesOf(shape);
  const lead = target.length - shape.length;
  return target.map((_, axis) => (axis < lead || shape[axis - lead] === 1 ? 0 : own[axis - lead]));
}

/** How an axis splits a row-major array: `outer` blocks of `length` rows of `inner` elements. */
export interface AxisSplit {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Splits a shape at an axis. */
export function splitAt(shape: Shape, axis: number): AxisSplit {
  return {
    outer: sizeOf(shape.slice(0, axis)),
    length: shape[axis] ?? 1,
    inner: sizeOf(shape.slice(axis + 1)),
  };
}
