import { join } from 'node:path';
import { ClipCollector } from './clip-collector.js';
import type { Dataset, DatasetFormat, DatasetOptions, DatasetPart } from './dataset.js';
import { datasetRoot, expectClips, expectNoSplit, invalidDataset } from './dataset-root.js';
import { FolderCache, folderKey } from './folder-cache.js';
import { someImage } from './frames-folder.js';
import { compareText, isVideoName, withoutVideoExtension } from './media-name.js';

/** One folder a class, as torchvision's `DatasetFolder` and many tutorials have it. */
export const classFolders: DatasetFormat = {
  id: 'folders',
  summary:
    'one folder a class with videos or folders of frames in it, optionally below train and test; no lists',
  source: 'the layout of torchvision.datasets.DatasetFolder',
  read: readClassFolders,
};

const partNames: Readonly<Record<'train' | 'test', readonly string[]>> = {
  train: ['train', 'training'],
  test: ['test', 'testing', 'val', 'valid', 'validation'],
};

/**
 * Reads class folders below the root, or below its folders `train` and `test` (or `val`).
 *
 * Classes are the folders that hold a clip in any part, in text order, or `labels` in its own order. Clips are ordered by class
 * and name, and training clips come before test clips.
 */
async function readClassFolders(options: DatasetOptions): Promise<Dataset> {
  expectNoSplit(options, 'folders');
  const root = await datasetRoot(options.root);
  const cache = new FolderCache();
  const parts = await findParts(cache, root);
  const part = partOf(options, parts.length > 1);
  const found: FolderClips[] = [];
  for (const { name, folder } of parts) {
    for (const className of (await cache.content(folder)).folders) {
      found.push({ part: name, className, entries: await clipsOf(cache, folder, className) });
    }
  }
  const classes =
    options.labels ??
    [...new Set(found.filter(hasClips).map(({ className }) => className))].sort(compareText);
  const labels = new Map(classes.map((name, label) => [folderKey(name), label]));
  const collector = new ClipCollector();
  for (const { part: ofPart, className, entries } of found) {
    if (part !== 'all' && ofPart !== undefined && ofPart !== part) continue;
    const label = labels.get(folderKey(className));
    if (entries.length === 0) {
      collector.problem('empty', className, 'a folder without videos and folders of frames');
    } else if (label === undefined) {
      collector.problem('unknown-class', className, 'a folder of a class that the labels lack');
    } else {
      for (const { stem, path } of entries) {
        const id = `${classes[label]}/${stem}`;
        const index = collector.nextIndex();
        collector.add({ id, path, label, className: classes[label], index });
      }
    }
  }
  const { clips, problems } = collector;
  return expectClips(
    { id: 'folders', root, classes, clips, problems, split: { part }, listFiles: [] },
    'class folders with videos or folders of frames in them',
  );
}

interface FolderClips {
  readonly part: DatasetPart | undefined;
  readonly className: string;
  readonly entries: readonly { readonly stem: string; readonly path: string }[];
}

function hasClips({ entries }: FolderClips): boolean {
  return entries.length > 0;
}

/** Without folders for the parts, everything is the test part, but nothing is the training part. */
function partOf({ part, root }: DatasetOptions, hasParts: boolean): DatasetPart {
  if (hasParts) return part ?? 'test';
  if (part !== 'train') return 'all';
  throw invalidDataset(
    root,
    'folders `train` and `test` with class folders in them',
    'neither',
    'move the clips of each part into one of them, or write lists',
  );
}

/** The folders that hold the class folders, and the part that each stands for. */
async function findParts(
  cache: FolderCache,
  root: string,
): Promise<{ name: 'train' | 'test' | undefined; folder: string }[]> {
  const { folders } = await cache.content(root);
  const named = (['train', 'test'] as const).flatMap((name) => {
    const folder = partNames[name]
      .map((known) => folders.find((candidate) => candidate.toLowerCase() === known))
      .find((candidate) => candidate !== undefined);
    return folder === undefined ? [] : [{ name, folder: join(root, folder) }];
  });
  // One such folder alone could be a class.
  return named.length === 2 ? named : [{ name: undefined, folder: root }];
}

async function clipsOf(
  cache: FolderCache,
  place: string,
  className: string,
): Promise<{ stem: string; path: string }[]> {
  let folder = join(place, className);
  const inner = await cache.subfolder(folder, className);
  if (inner !== undefined && (await someImage(inner)) === undefined) folder = inner;
  const { files, folders } = await cache.content(folder);
  const names = files.filter(isVideoName);
  for (const name of folders) {
    if ((await someImage(join(folder, name))) !== undefined) names.push(name);
  }
  return names.map((name) => ({ stem: withoutVideoExtension(name), path: join(folder, name) }));
}
