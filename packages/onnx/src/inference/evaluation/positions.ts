import { allocate, sizeOf, type Shape, type Tensor } from '@msanet/tensor';
import type { Elements } from './elements.js';

/** Calls `visit` with every position of a shape in row-major order; the array is reused between the calls. */
export function forEachPosition(
  shape: Shape,
  visit: (position: readonly number[], index: number) => void,
): void {
  const size = sizeOf(shape);
  const position = new Array<number>(shape.length).fill(0);
  for (let index = 0; index < size; index++) {
    visit(position, index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] += 1;
      if (position[axis] < shape[axis]) break;
      position[axis] = 0;
    }
  }
}

/** Where the element of `position` lies in a tensor that broadcasts to the position's shape. */
export function broadcastOffset(position: readonly number[], shape: Shape): number {
  const lead = position.length - shape.length;
  let offset = 0;
  shape.forEach((length, axis) => {
    offset = offset * length + (length === 1 ? 0 : position[lead + axis]);
  });
  return offset;
}

/** A tensor whose elements are taken from another at the offsets that `sourceOf` gives. */
export function rearrange(
  source: Tensor,
  shape: Shape,
  sourceOf: (position: readonly number[]) => number,
): Tensor {
  const data = allocate(source.dtype, sizeOf(shape));
  const from: Elements = source.data;
  const to: Elements = data;
  forEachPosition(shape, (position, index) => (to[index] = from[sourceOf(position)]));
  return { dtype: source.dtype, shape, data };
}
