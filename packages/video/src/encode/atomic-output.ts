import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { MsanetError, isMsanetError } from '@msanet/tensor';
import { describe } from '../input/local-file.js';

/** Tells apart what one process writes at the same time. */
let serial = 0;

/**
 * Writes a file so that it appears whole or not at all: under a temporary name beside it, then renamed. The folder is
 * made where it is missing, and a failure leaves nothing behind.
 *
 * @param write writes the file under the name that it is given
 * @throws MsanetError `OUTPUT_UNWRITABLE` when the folder or file cannot be written
 */
export async function writeAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${serial++}.partial`);
  try {
    await mkdir(folder, { recursive: true });
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw isMsanetError(error) ? error : unwritable(path, describe(error), error);
  }
}

/** Writes bytes or text atomically; see `writeAtomically`. */
export async function writeFileAtomically(
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  await writeAtomically(path, (temporary) => writeFile(temporary, content));
}

/** The error for an output that cannot be written. */
export function unwritable(path: string, got: string, cause?: unknown): MsanetError {
  return new MsanetError({
    code: 'OUTPUT_UNWRITABLE',
    where: path,
    expected: 'a file that can be written',
    got,
    remedy: 'choose another folder, or check its permissions and space',
    cause,
  });
}
