import { open } from 'node:fs/promises';
import { isMsanetError, MsanetError } from '@msanet/tensor';
import { invalidCheckpoint } from './invalid-checkpoint.js';

const chunk = 2 ** 28;

/**
 * The bytes of a file, at the start of a buffer of their own so that alignment in the file is alignment in memory.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it cannot be read, `CHECKPOINT_INVALID` when it is too large for one buffer.
 */
export async function readFileBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const bytes = allocateBytes(size, path);
      let position = 0;
      while (position < size) {
        const length = Math.min(chunk, size - position);
        const { bytesRead } = await file.read(bytes, position, length, position);
        if (bytesRead === 0) break;
        position += bytesRead;
      }
      return bytes.subarray(0, position);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMsanetError(error)) throw error;
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'a file that can be read',
      got: reasonOf(error),
      remedy: 'check the path and its permissions',
      cause: error,
    });
  }
}

function allocateBytes(size: number, path: string): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    const remedy = 'save only the state dict, or save it in parts';
    throw invalidCheckpoint(
      path,
      'a file that fits into one buffer',
      `${size} bytes`,
      remedy,
      cause,
    );
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'a folder'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
]);

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.get(code) ?? (error instanceof Error ? error.message : String(error));
}
