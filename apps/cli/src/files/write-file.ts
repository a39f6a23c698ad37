import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MsanetError } from '@msanet/core';

/** The error of an output that cannot be written. */
export function unwritable(path: string, cause: unknown): MsanetError {
  const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? String(cause);
  return new MsanetError({
    code: 'OUTPUT_UNWRITABLE',
    where: path,
    expected: 'a place that can be written',
    got: reason,
    remedy: 'choose another place, or free some room',
    cause,
  });
}

/** Makes a folder with its parents. @throws MsanetError `OUTPUT_UNWRITABLE` */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Writes a file so that it is either complete or absent: under another name first, then renamed.
 *
 * @throws MsanetError `OUTPUT_UNWRITABLE`
 */
export async function writeFileSafely(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const unfinished = `${path}.unfinished`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw unwritable(path, error);
  }
}
