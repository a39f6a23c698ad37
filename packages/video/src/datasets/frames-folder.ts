import { opendir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { imageExtensions } from '../image/read-image.js';

/** Most entries that are looked at before a folder counts as one without images. */
const maximumEntries = 256;

/**
 * An image of a folder, found without listing the whole of it: a data set unpacked into frames holds millions.
 *
 * @returns its path, or nothing where the folder holds none or cannot be read
 */
export async function someImage(folder: string): Promise<string | undefined> {
  const extensions: readonly string[] = imageExtensions;
  try {
    // Leaving the loop closes the folder.
    let seen = 0;
    for await (const entry of await opendir(folder)) {
      const isImage = extensions.includes(extname(entry.name).toLowerCase());
      if (isImage && !entry.name.startsWith('.') && !entry.isDirectory()) {
        return join(folder, entry.name);
      }
      if (++seen === maximumEntries) break;
    }
  } catch {
    return undefined;
  }
  return undefined;
}
