import { InertClass, InertValue } from './inert.js';
import { StorageView } from './torch/storage.js';
import { StoredTensor } from './torch/stored-tensor.js';

/**
 * What a checkpoint holds besides its tensors, as plain data.
 *
 * Python's None is null, an integer beyond 2^53 is a bigint, bytes are a Uint8Array, lists and tuples are arrays (a
 * tuple is frozen), dictionaries are maps, sets are sets (a frozenset is frozen). A class is an `InertClass`, an object of
 * any class an `InertValue`, a tensor outside the state dict a `StoredTensor`. The values of a hostile file may be
 * nested deeply and may contain themselves.
 */
export type CheckpointValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly CheckpointValue[]
  | ReadonlyMap<CheckpointValue, CheckpointValue>
  | ReadonlySet<CheckpointValue>
  | InertClass
  | InertValue
  | StoredTensor
  | StorageView;

/** Whether a value is a Python dictionary. */
export function isDictionary(
  value: CheckpointValue,
): value is Map<CheckpointValue, CheckpointValue> {
  return value instanceof Map;
}

/** Whether a value is a Python set or frozenset. */
export function isSet(value: CheckpointValue): value is Set<CheckpointValue> {
  return value instanceof Set;
}

/** Whether a value is a Python list. */
export function isList(value: CheckpointValue): value is CheckpointValue[] {
  return Array.isArray(value) && !Object.isFrozen(value);
}

/** Whether a value is a Python tuple. */
export function isTuple(value: CheckpointValue): value is readonly CheckpointValue[] {
  return Array.isArray(value) && Object.isFrozen(value);
}

/** Whether Python would accept a value as the key of a dictionary; lists, dictionaries and sets it does not. */
export function isHashable(value: CheckpointValue): boolean {
  const container = Array.isArray(value) || isDictionary(value) || isSet(value);
  return !container || Object.isFrozen(value);
}

/** What a value is, in words for an error: `a list`, `an object of class os.system`. */
export function describeValue(value: CheckpointValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'boolean') return 'a bool';
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'string') return 'text';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof InertClass) return `the class ${value.qualifiedName}`;
  if (value instanceof InertValue) return `an object of class ${value.class}`;
  if (value instanceof StoredTensor) return 'a tensor';
  if (value instanceof StorageView) return 'a storage';
  if (isDictionary(value)) return 'a dictionary';
  if (isSet(value)) return 'a set';
  return isTuple(value) ? 'a tuple' : 'a list';
}
