import type { Shape, Tensor } from '@msanet/tensor';
import { bigintsOf, isFloating, realsOf, tensorOfBigints, tensorOfReals } from './elements.js';
import { forEachPosition } from './positions.js';

/** A reduction of a list of elements to one; the list may be empty. */
export interface Reduction {
  readonly real: (values: readonly number[]) => number;
  readonly integer?: (values: readonly bigint[]) => bigint | undefined;
}

/** The tensor reduced over the axes; `shape` is the result's, with or without the reduced axes. */
export function reduceTensor(
  value: Tensor,
  axes: readonly number[],
  shape: Shape,
  { real, integer }: Reduction,
): Tensor | undefined {
  if (isFloating(value.dtype)) {
    const results = groups(realsOf(value), value.shape, axes).map(real);
    return tensorOfReals(value.dtype, shape, results);
  }
  if (integer === undefined) return undefined;
  const lists = groups(bigintsOf(value), value.shape, axes);
  const results = lists.map(integer).filter((result) => result !== undefined);
  return results.length === lists.length ? tensorOfBigints(value.dtype, shape, results) : undefined;
}

/** The elements that are reduced together, in row-major order of the result. */
function groups<E>(elements: readonly E[], shape: Shape, axes: readonly number[]): E[][] {
  const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const lists: E[][] = Array.from({ length: kept.reduce((a, b) => a * b, 1) }, () => []);
  forEachPosition(shape, (position, index) => {
    let group = 0;
    kept.forEach((length, axis) => (group = group * length + (length === 1 ? 0 : position[axis])));
    lists[group].push(elements[index]);
  });
  return lists;
}
