import type { Checkpoint } from '../checkpoint.js';
import { invalidCheckpoint } from '../invalid-checkpoint.js';
import type { MemoryAllowance } from '../memory-allowance.js';
import { ByteCursor } from '../pickle/byte-cursor.js';
import { unpickle } from '../pickle/unpickle.js';
import { loadTensors } from './load-tensors.js';
import { findStateDict } from './state-dict.js';
import type { Storage } from './storage.js';
import { TorchHost } from './torch-host.js';
import { ZipArchive } from './zip-archive.js';

/**
 * Reads what torch.save writes since PyTorch 1.6: a zip archive with the pickle in `NAME/data.pkl`, each storage in
 * `NAME/data/KEY`, and since 2.1 the byte order in `NAME/byteorder`.
 *
 * @throws MsanetError `CHECKPOINT_INVALID` when the archive is damaged or is not one of torch.save.
 */
export async function readZipCheckpoint(
  file: Uint8Array,
  where: string,
  allowance: MemoryAllowance,
): Promise<Checkpoint> {
  const archive = await ZipArchive.open(file, where);
  const prefix = recordPrefix(archive.names, where);
  const littleEndian = await isLittleEndian(archive, prefix, where, allowance);
  const pickleName = `${prefix}data.pkl`;
  const pickleWhere = `${where}: ${pickleName}`;
  const host = new TorchHost();
  const cursor = new ByteCursor(await archive.read(pickleName, allowance), pickleWhere);
  const root = unpickle(cursor, host, pickleWhere);
  const { tensors: stored, metadata } = findStateDict(root, where);
  const bytes = {
    littleEndian,
    read: ({ key, length, elementType }: Storage) =>
      archive.read(`${prefix}data/${key}`, allowance, length * elementType.bytes),
  };
  const tensors = await loadTensors(stored, bytes, allowance, where);
  return { format: 'pytorch-zip', tensors, metadata };
}

/** The folder of the archive that all records lie in, with its slash. */
function recordPrefix(names: readonly string[], where: string): string {
  const pickles = names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const prefix = pickles[0]?.slice(0, -'data.pkl'.length);
  if (prefix === undefined) {
    const got = 'a zip archive without a data.pkl in its one folder';
    throw invalidCheckpoint(where, 'a checkpoint of torch.save', got);
  }
  if (pickles.length > 1) {
    throw invalidCheckpoint(where, 'one data.pkl', pickles.join(' and '));
  }
  const code = names.some((name) => name.startsWith(`${prefix}code/`));
  if (code || names.includes(`${prefix}constants.pkl`)) {
    throw invalidCheckpoint(
      where,
      'a checkpoint of torch.save',
      'a TorchScript archive, which holds a program',
      'in Python, torch.save(torch.jit.load(path).state_dict(), new_path), and read that',
    );
  }
  return prefix;
}

async function isLittleEndian(
  archive: ZipArchive,
  prefix: string,
  where: string,
  allowance: MemoryAllowance,
): Promise<boolean> {
  const name = `${prefix}byteorder`;
  if (!archive.names.includes(name)) return true;
  const bytes = await archive.read(name, allowance);
  const order = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  if (order !== 'little' && order !== 'big') {
    throw invalidCheckpoint(`${where}: ${name}`, 'little or big', order);
  }
  return order === 'little';
}
