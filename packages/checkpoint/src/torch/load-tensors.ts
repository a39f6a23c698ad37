import type { DataType, Tensor, TypedArrays } from '@msanet/tensor';
import { elementsIn, gatherElements } from '../elements.js';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import type { MemoryAllowance } from '../memory-allowance.js';
import type { Storage } from './storage.js';
import type { StoredTensor } from './stored-tensor.js';

/** How a container keeps its storages. */
export interface StorageBytes {
  readonly littleEndian: boolean;
  /** The bytes of a storage, as many as its length and element type say. */
  read(storage: Storage): Promise<Uint8Array>;
}

/**
 * Reads the elements of named tensors.
 *
 * A storage is read once; contiguous tensors are views of it, others are gathered into row-major order.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when an element type is not read, or the tensors exceed the allowance.
 */
export async function loadTensors(
  stored: ReadonlyMap<string, StoredTensor>,
  bytes: StorageBytes,
  allowance: MemoryAllowance,
  where: string,
): Promise<ReadonlyMap<string, Tensor>> {
  const loaded = new Map<StoredTensor, Tensor>();
  const elements = new ElementCache(bytes, allowance, where);
  const tensors = new Map<string, Tensor>();
  for (const [name, view] of stored) {
    const tensor = loaded.get(view) ?? (await elements.load(view, name));
    loaded.set(view, tensor);
    tensors.set(name, tensor);
  }
  return tensors;
}

/** The elements of each storage, read once. */
class ElementCache {
  readonly #bytes: StorageBytes;
  readonly #allowance: MemoryAllowance;
  readonly #where: string;
  readonly #elements = new Map<string, TypedArrays[DataType]>();

  constructor(bytes: StorageBytes, allowance: MemoryAllowance, where: string) {
    this.#bytes = bytes;
    this.#allowance = allowance;
    this.#where = where;
  }

  async load(stored: StoredTensor, name: string): Promise<Tensor> {
    const { dtype } = stored.elementType;
    if (dtype === undefined) {
      throw invalidCheckpoint(
        `${this.#where}: ${name}`,
        'an element type that is read',
        stored.elementType.name,
        'convert the tensor to float32 in Python and save it again',
      );
    }
    const { shape, strides, size } = stored;
    const elements = await this.#elementsOf(stored.storage.storage, dtype);
    const offset = stored.storage.start + stored.offset;
    const data = stored.contiguous
      ? elements.subarray(offset, offset + size)
      : gatherElements(
          elements,
          { dtype, offset, shape, strides },
          this.#allowance,
          `${this.#where}: ${name}`,
        );
    return { dtype, shape, data };
  }

  async #elementsOf(storage: Storage, dtype: DataType): Promise<TypedArrays[DataType]> {
    const key = `${dtype} ${storage.key}`;
    const known = this.#elements.get(key);
    if (known !== undefined) return known;
    const elements = elementsIn(await this.#bytes.read(storage), dtype, {
      littleEndian: this.#bytes.littleEndian,
      allowance: this.#allowance,
      where: `${this.#where}: storage ${storage.key}`,
    });
    this.#elements.set(key, elements);
    return elements;
  }
}
