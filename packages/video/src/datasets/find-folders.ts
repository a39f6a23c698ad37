import { basename, dirname, join } from 'node:path';
import type { FolderCache } from './folder-cache.js';
import { folderKey } from './folder-cache.js';

/** Most subfolders of one folder that are looked into. */
const maximumFolders = 200;

/** Folders that hold lists rather than clips, by their names in the wild. */
const listFolderName = /list|split|annot|meta|label/i;

/** Folders of unpacked frames, which are only taken where there is no video. */
const framesFolderName = /frame|jpe?g|png|flow/i;

/**
 * Finds the folder that holds certain lists: the root, a folder of it, a folder below one whose name speaks of lists, or the
 * same beside the root.
 *
 * @param holds decides by a folder's file names
 * @returns its path, or nothing
 */
export async function findListFolder(
  cache: FolderCache,
  root: string,
  holds: (files: readonly string[]) => boolean,
): Promise<string | undefined> {
  for await (const folder of listFolderCandidates(cache, root)) {
    const { files } = await cache.content(folder);
    if (holds(files)) return folder;
  }
  return undefined;
}

async function* listFolderCandidates(cache: FolderCache, root: string): AsyncGenerator<string> {
  yield root;
  const inside = await subfolders(cache, root);
  const likely = inside.filter((folder) => listFolderName.test(basename(folder)));
  yield* likely;
  for (const folder of likely) yield* await subfolders(cache, folder);
  yield* inside.filter((folder) => !likely.includes(folder));
  const parent = dirname(root);
  yield parent;
  for (const folder of await subfolders(cache, parent)) {
    // What else lies beside the root is not the data set's, so only names that promise lists are looked into.
    if (folder === root || !listFolderName.test(basename(folder))) continue;
    yield folder;
    yield* await subfolders(cache, folder);
  }
}

/**
 * Finds the folders that hold the class folders: the root, its folders and theirs, in the order in which clips should be
 * looked for. There can be several, as where the clips were moved into `train` and `test`.
 *
 * Folders of videos come before folders of frames, or after them where the lists prefer these, and those with more of the classes before those with fewer. Where there
 * are no class folders at all, the root and its folders are returned, since clips also lie side by side.
 */
export async function findClassFolders(
  cache: FolderCache,
  root: string,
  classes: readonly string[],
  prefer: 'videos' | 'frames' = 'videos',
): Promise<string[]> {
  const wanted = new Set(classes.map(folderKey));
  const candidates: { folder: string; count: number; later: boolean }[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    const { folders } = await cache.content(folder);
    const present = new Set(folders.map(folderKey).filter((key) => wanted.has(key)));
    const isOfFrames = framesFolderName.test(folder.slice(root.length));
    const later = isOfFrames !== (prefer === 'frames');
    candidates.push({ folder, count: present.size, later });
    if (depth === 0) return;
    for (const child of await subfolders(cache, folder)) {
      if (!wanted.has(folderKey(basename(child)))) await visit(child, depth - 1);
    }
  };
  await visit(root, 2);
  const found = candidates.filter(({ count }) => count > 0);
  if (found.length === 0) return [root, ...(await subfolders(cache, root))];
  return found
    .sort((a, b) => Number(a.later) - Number(b.later) || b.count - a.count)
    .map(({ folder }) => folder);
}

/**
 * Finds one clip of a class: in its class folder, in a class folder inside that one, as unpacking the per-class archives of
 * HMDB-51 leaves it, or without a class folder.
 *
 * @param places as `findClassFolders` gives them
 * @returns the path of its video or folder of frames, or nothing
 */
export async function findClip(
  cache: FolderCache,
  places: readonly string[],
  className: string,
  name: string,
): Promise<string | undefined> {
  for (const place of places) {
    const folder = await cache.subfolder(place, className);
    if (folder === undefined) continue;
    const inner = await cache.subfolder(folder, className);
    const found =
      (await cache.media(folder, name)) ??
      (inner === undefined ? undefined : await cache.media(inner, name));
    if (found !== undefined) return found;
  }
  for (const place of places) {
    const found = await cache.media(place, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function subfolders(cache: FolderCache, folder: string): Promise<string[]> {
  const { folders } = await cache.content(folder);
  return folders.slice(0, maximumFolders).map((name) => join(folder, name));
}
