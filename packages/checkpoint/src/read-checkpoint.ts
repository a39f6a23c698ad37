import { MsanetError } from '@msanet/tensor';
import type { Checkpoint } from './checkpoint.js';
import { decompressBrotli } from './decompress.js';
import { fileKindOf } from './file-kind.js';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import { MemoryAllowance } from './memory-allowance.js';
import { readFileBytes } from './read-file.js';
import { readSafetensors } from './safetensors/read-safetensors.js';
import { readStreamCheckpoint } from './torch/read-stream-checkpoint.js';
import { readZipCheckpoint } from './torch/read-zip-checkpoint.js';

/** How a checkpoint is read. */
export interface ReadCheckpointOptions {
  /**
   * Most memory, in bytes, that reading may take beyond the file's own size: for what is decompressed, copied for
   * alignment, or gathered from strided views; Infinity for no limit. By default 64 MiB and 64 times the size of the file, at most 4 GiB.
   */
  readonly memoryLimit?: number;
}

/**
 * Reads the named tensors of a checkpoint file: PyTorch's zip archive or its stream from before 1.6, or safetensors.
 *
 * The container is told by content. A file whose name ends in `.br` is decompressed with Brotli first. Nothing in the file
 * is ever executed, and no memory is taken before the file has shown that it holds what it claims.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when the file cannot be read, `CHECKPOINT_INVALID` when it is no checkpoint, is
 *   damaged, contradicts itself, or asks for more memory than the limit, `OPTION_INVALID` for a limit below 0.
 */
export async function readCheckpoint(
  path: string,
  options: ReadCheckpointOptions = {},
): Promise<Checkpoint> {
  const file = await readFileBytes(path);
  const allowance = allowanceFor(file, options);
  if (!path.endsWith('.br')) return read(file, path, allowance);
  return read(await decompressBrotli(file, allowance, path), path, allowance);
}

/**
 * Reads a checkpoint that is already in memory; its tensors are views of `file` where alignment permits.
 *
 * @param where what to call the file in an error
 * @throws MsanetError `CHECKPOINT_INVALID` as `readCheckpoint` does.
 */
export async function parseCheckpoint(
  file: Uint8Array,
  where = 'checkpoint',
  options: ReadCheckpointOptions = {},
): Promise<Checkpoint> {
  return read(file, where, allowanceFor(file, options));
}

function allowanceFor(file: Uint8Array, options: ReadCheckpointOptions): MemoryAllowance {
  const { memoryLimit } = options;
  if (memoryLimit === undefined) return MemoryAllowance.forFile(file.length);
  if (memoryLimit >= 0) return new MemoryAllowance(memoryLimit);
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'memoryLimit',
    expected: 'a number of bytes from 0',
    got: String(memoryLimit),
    remedy: 'leave it out for the default',
  });
}

async function read(
  file: Uint8Array,
  where: string,
  allowance: MemoryAllowance,
): Promise<Checkpoint> {
  const kind = fileKindOf(file);
  switch (kind.format) {
    case 'pytorch-zip':
      return readZipCheckpoint(file, where, allowance);
    case 'pytorch-stream':
      return readStreamCheckpoint(file, where, allowance);
    case 'safetensors':
      return readSafetensors(file, where, allowance);
    case undefined:
      throw invalidCheckpoint(
        where,
        'a PyTorch or safetensors checkpoint',
        kind.what,
        kind.remedy ?? 'pass the checkpoint file itself',
      );
  }
}
