import { InertClass } from '../inert.js';
import type { Fail } from '../invalid-checkpoint.js';
import { type CheckpointValue, describeValue, isTuple } from '../value.js';
import { storageElementType } from './element-type.js';
import { type Storage, StorageView } from './storage.js';

/**
 * The storages of one checkpoint, collected from the persistent ids of its pickle.
 *
 * torch.save writes `('storage', class, key, location, length)`, before version 1.6 with a sixth item that is None or
 * `(view key, start, length)`, and `('module', class, file, source)` around a module's class.
 */
export class StorageTable {
  readonly #storages = new Map<string, Storage>();

  /** All storages by key. */
  get storages(): ReadonlyMap<string, Storage> {
    return this.#storages;
  }

  /** The value that a persistent id stands for. */
  resolve(id: CheckpointValue, fail: Fail): CheckpointValue {
    if (!isTuple(id) || id.length < 2) throw fail('a persistent id', describeValue(id));
    const [kind, type] = id;
    if (kind === 'module' && type instanceof InertClass) return type;
    if (kind !== 'storage' || !(type instanceof InertClass)) {
      throw fail('the persistent id of a storage', `an id of ${describeValue(kind)}`);
    }
    const elementType = storageElementType(type.module, type.name);
    if (elementType === undefined) throw fail('a storage class', type.qualifiedName);
    const [, , key, , length, view = null] = id;
    if (typeof key !== 'string') throw fail('a storage key', describeValue(key));
    const storage = this.#intern({ key, elementType, length: count(length, fail) }, fail);
    if (view === null) return new StorageView(storage, 0, storage.length);
    if (!isTuple(view) || view.length !== 3) throw fail('a storage view', describeValue(view));
    const [start, viewLength] = [count(view[1], fail), count(view[2], fail)];
    if (start + viewLength > storage.length) {
      throw fail(
        `a view within the ${storage.length} elements of storage ${key}`,
        `elements ${start} to ${start + viewLength}`,
      );
    }
    return new StorageView(storage, start, viewLength);
  }

  #intern(storage: Storage, fail: Fail): Storage {
    const known = this.#storages.get(storage.key);
    if (known === undefined) {
      this.#storages.set(storage.key, storage);
      return storage;
    }
    if (known.elementType !== storage.elementType || known.length !== storage.length) {
      throw fail(
        `storage ${storage.key} to be ${known.length} × ${known.elementType.name} throughout`,
        `${storage.length} × ${storage.elementType.name}`,
      );
    }
    return known;
  }
}

/** A count as a number: a whole number from 0 to 2^53 − 1. */
function count(value: CheckpointValue, fail: Fail): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw fail('a number of elements', describeValue(value ?? null));
}
