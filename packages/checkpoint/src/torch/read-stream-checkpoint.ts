import type { Checkpoint } from '../checkpoint.js';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import type { MemoryAllowance } from '../memory-allowance.js';
import { ByteCursor } from '../pickle/byte-cursor.js';
import { unpickle } from '../pickle/unpickle.js';
import { type CheckpointValue, describeValue, isList } from '../value.js';
import { loadTensors } from './load-tensors.js';
import { findStateDict } from './state-dict.js';
import type { Storage } from './storage.js';
import { TorchHost } from './torch-host.js';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/**
 * Reads what torch.save wrote before PyTorch 1.6 (and still writes with `_use_new_zipfile_serialization=False`).
 *
 * The file is five pickles (magic number, protocol version, system information, the object, the storage keys) and then, in
 * the order of the keys, each storage as an int64 number of elements and the elements; always little-endian.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the file is damaged or is another pickle.
 */
export async function readStreamCheckpoint(
  file: Uint8Array,
  where: string,
  allowance: MemoryAllowance,
): Promise<Checkpoint> {
  const cursor = new ByteCursor(file, where);
  const host = new TorchHost();
  expectMagicNumber(unpickle(cursor, host, where), where);
  const version = unpickle(cursor, host, where);
  if (version !== protocolVersion) {
    throw invalidCheckpoint(where, `protocol version ${protocolVersion}`, describeValue(version));
  }
  unpickle(cursor, host, where);
  const root = unpickle(cursor, host, where);
  const keys = unpickle(cursor, host, where);
  const bytes = readStorages(cursor, keys, host.storages.storages, where);
  const { tensors: stored, metadata } = findStateDict(root, where);
  const tensors = await loadTensors(
    stored,
    {
      littleEndian: true,
      read: (storage) => Promise.resolve(bytesOf(storage, bytes, where)),
    },
    allowance,
    where,
  );
  return { format: 'pytorch-stream', tensors, metadata };
}

function expectMagicNumber(value: CheckpointValue, where: string): void {
  if (value === magicNumber) return;
  throw invalidCheckpoint(
    where,
    'a checkpoint of torch.save',
    'another Python pickle',
    'load it in Python and save the weights with torch.save(state_dict, path)',
  );
}

/** The bytes of each storage, as views of the file. */
function readStorages(
  cursor: ByteCursor,
  keys: CheckpointValue,
  storages: ReadonlyMap<string, Storage>,
  where: string,
): ReadonlyMap<Storage, Uint8Array> {
  if (!isList(keys)) throw invalidCheckpoint(where, 'a list of storage keys', describeValue(keys));
  const bytes = new Map<Storage, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) {
      throw cursor.fail('the key of a storage that the pickle refers to', describeKey(key));
    }
    const length = cursor.uint64();
    if (length !== storage.length) {
      throw cursor.fail(`storage ${storage.key} of ${storage.length} elements`, String(length));
    }
    bytes.set(storage, cursor.bytes(length * storage.elementType.bytes));
  }
  return bytes;
}

function bytesOf(
  storage: Storage,
  bytes: ReadonlyMap<Storage, Uint8Array>,
  where: string,
): Uint8Array {
  const found = bytes.get(storage);
  if (found === undefined) {
    throw invalidCheckpoint(where, `storage ${storage.key} in the list of keys`, 'no such key');
  }
  return found;
}

function describeKey(key: CheckpointValue): string {
  return typeof key === 'string' ? key : describeValue(key);
}
