import { mkdir } from 'node:fs/promises';
import { MsanetError } from '@msanet/core';

/**
 * Makes a folder with its parents, so that an output that cannot be written is noticed before the work starts.
 *
 * @throws MsanetError `OUTPUT_UNWRITABLE`
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new MsanetError({
      code: 'OUTPUT_UNWRITABLE',
      where: path,
      expected: 'a folder that can be written',
      got: (error as NodeJS.ErrnoException).code ?? String(error),
      remedy: 'choose another place, or free some room',
      cause: error,
    });
  }
}
