import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { unwritable } from './line-file.js';

/**
 * Writes a file so that it appears whole or not at all, and is on the disk when it does.
 *
 * @param parts what it holds, written one after the other
 * @throws MsanetError `OUTPUT_UNWRITABLE`; what was there before is kept
 */
export function writeWholeFile(
  path: string,
  fill: (write: (part: Uint8Array | string) => void) => void,
): void {
  const draft = `${path}.partial`;
  try {
    const file = openSync(draft, 'w');
    try {
      fill((part) => {
        const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part;
        for (let written = 0; written < bytes.length;) {
          written += writeSync(file, bytes, written, bytes.length - written);
        }
      });
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw unwritable(path, error);
  }
}
