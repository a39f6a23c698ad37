import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText, isVideoName, withoutVideoExtension } from './media-name.js';

/** What a folder holds. Hidden entries, devices and broken links are left out. */
export interface FolderContent {
  /** Names of folders, in text order. */
  readonly folders: readonly string[];
  /** Names of files, in text order. */
  readonly files: readonly string[];
  /** Every folder and video, by its name without extension in lower case. */
  readonly media: ReadonlyMap<string, readonly string[]>;
}

const nothing: FolderContent = { folders: [], files: [], media: new Map() };

/**
 * Looks folders up, each once.
 *
 * A data set of ten thousand clips in a hundred folders needs a hundred calls of the system that way, and names can be
 * compared without regard to case and extension.
 */
export class FolderCache {
  readonly #contents = new Map<string, Promise<FolderContent>>();

  /** What a folder holds; nothing where it does not exist or may not be read. */
  content(folder: string): Promise<FolderContent> {
    let content = this.#contents.get(folder);
    if (content === undefined) {
      content = readFolder(folder);
      this.#contents.set(folder, content);
    }
    return content;
  }

  /**
   * The video or folder of frames of a name in a folder.
   *
   * The exact name counts first, then the name without or with another extension, since data sets are re-encoded and unpacked
   * into frames under the names of their lists; then the same in any case, as UCF-101's `HandstandPushups` needs it.
   *
   * @returns its path, or nothing
   */
  async media(folder: string, name: string): Promise<string | undefined> {
    const { media } = await this.content(folder);
    const stem = withoutVideoExtension(name);
    const names = media.get(mediaKey(stem)) ?? [];
    const found =
      names.find((candidate) => candidate === name) ??
      names.find((candidate) => withoutVideoExtension(candidate) === stem) ??
      names[0];
    return found === undefined ? undefined : join(folder, found);
  }

  /** The subfolder of a name, in any case; the exact one first. */
  async subfolder(folder: string, name: string): Promise<string | undefined> {
    const { folders } = await this.content(folder);
    const key = folderKey(name);
    const found = folders.includes(name)
      ? name
      : folders.find((candidate) => folderKey(candidate) === key);
    return found === undefined ? undefined : join(folder, found);
  }
}

/** What two folder names have in common that mean the same. */
export function folderKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function mediaKey(stem: string): string {
  return folderKey(stem);
}

async function readFolder(folder: string): Promise<FolderContent> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return nothing;
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    // Data sets are often linked from a faster disk.
    const found = entry.isSymbolicLink()
      ? await stat(join(folder, entry.name)).catch(() => undefined)
      : entry;
    if (found?.isDirectory()) folders.push(entry.name);
    else if (found?.isFile()) files.push(entry.name);
  }
  folders.sort(compareText);
  files.sort(compareText);
  const media = new Map<string, string[]>();
  for (const name of [...files.filter(isVideoName), ...folders]) {
    const key = mediaKey(withoutVideoExtension(name));
    const same = media.get(key);
    if (same) same.push(name);
    else media.set(key, [name]);
  }
  return { folders, files, media };
}
