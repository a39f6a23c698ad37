import type { ElementType } from './element-type.js';

/** A block of elements that tensors are views of, as a checkpoint refers to it. */
export interface Storage {
  /** The name under which the container keeps its bytes. */
  readonly key: string;
  readonly elementType: ElementType;
  /** Number of elements that the pickle states; the container must agree before any is read. */
  readonly length: number;
}

/** A run of a storage's elements; the whole of it except in files of PyTorch before 0.4. */
export class StorageView {
  readonly storage: Storage;
  /** First element. */
  readonly start: number;
  /** Number of elements. */
  readonly length: number;

  constructor(storage: Storage, start: number, length: number) {
    this.storage = storage;
    this.start = start;
    this.length = length;
  }
}
