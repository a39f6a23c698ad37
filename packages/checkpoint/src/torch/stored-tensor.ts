import { formatShape, type Shape, sizeOf, stridesOf } from '@msanet/tensor';
import type { ElementType } from './element-type.js';
import type { StorageView } from './storage.js';

/**
 * A tensor as a checkpoint states it: a strided view of a storage. Its elements are not read.
 *
 * The view lies within its storage, and its number of elements is below 2^53.
 */
export class StoredTensor {
  readonly elementType: ElementType;
  readonly shape: Shape;
  readonly storage: StorageView;
  /** First element, counted in elements from the start of the storage. */
  readonly offset: number;
  /** Elements between neighbours along each axis; 0 repeats one element. */
  readonly strides: readonly number[];

  constructor(content: {
    readonly elementType: ElementType;
    readonly shape: Shape;
    readonly storage: StorageView;
    readonly offset: number;
    readonly strides: readonly number[];
  }) {
    this.elementType = content.elementType;
    this.shape = content.shape;
    this.storage = content.storage;
    this.offset = content.offset;
    this.strides = content.strides;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether the elements lie in row-major order without gaps. */
  get contiguous(): boolean {
    const rowMajor = stridesOf(this.shape);
    return (
      this.size === 0 ||
      this.shape.every((length, axis) => length === 1 || this.strides[axis] === rowMajor[axis])
    );
  }
}

/** Why a view cannot be taken of a storage with room for `capacity` elements; undefined when it can. */
export function viewProblem(
  capacity: number,
  offset: number,
  shape: Shape,
  strides: readonly number[],
): { readonly expected: string; readonly got: string } | undefined {
  const view = `shape ${formatShape(shape)} with strides ${formatShape(strides)} at offset ${offset}`;
  if (shape.length !== strides.length) return { expected: 'a stride for each axis', got: view };
  const size = sizeOf(shape);
  if (!Number.isSafeInteger(size)) return { expected: 'fewer than 2^53 elements', got: view };
  if (size === 0) return undefined;
  // Beyond 2^53 the sum is rounded, but it stays beyond every capacity.
  let last = offset;
  for (let axis = 0; axis < shape.length; axis++) last += (shape[axis] - 1) * strides[axis];
  if (last < capacity) return undefined;
  return { expected: `a view within the ${capacity} elements of its storage`, got: view };
}
