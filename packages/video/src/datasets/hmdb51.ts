import { join, resolve } from 'node:path';
import { ClipCollector } from './clip-collector.js';
import type {
  Dataset,
  DatasetFormat,
  DatasetOptions,
  DatasetPart,
  SplitNumber,
} from './dataset.js';
import { datasetRoot, expectClips, invalidDataset, splitNumber } from './dataset-root.js';
import { findClassFolders, findClip, findListFolder } from './find-folders.js';
import { FolderCache } from './folder-cache.js';
import { readListFile, shorten } from './list-file.js';
import { compareText, withoutVideoExtension } from './media-name.js';

/** HMDB-51: 6,766 clips of 51 classes, 70 training and 30 test clips of each class in each of three official splits. */
export const hmdb51: DatasetFormat = {
  id: 'hmdb51',
  summary:
    'HMDB-51 with its official splits: videos or frames in class folders, and <class>_test_split1.txt files',
  source:
    'Kuehne, Jhuang, Garrote, Poggio & Serre, "HMDB: A Large Video Database for Human Motion Recognition", ICCV 2011',
  read: readHmdb51,
};

/** What a tag in a split file says: 0 unused, 1 training, 2 test. */
type Tag = 0 | 1 | 2;

/** A line of HMDB-51's split files. */
export interface HmdbEntry {
  /** Without extension. */
  readonly stem: string;
  readonly tag: Tag;
}

/**
 * Reads a line `April_09_brush_hair_u_nm_np1_ba_goo_0.avi 1`. Names hold nearly every character, so the tag is what follows the
 * last space.
 *
 * @returns nothing where the line has no name or another tag
 */
export function parseHmdbLine(text: string): HmdbEntry | undefined {
  const match = /^(.*\S)\s+([012])$/.exec(text.trim());
  if (match === null || /[/\\]/.test(match[1])) return undefined;
  const stem = withoutVideoExtension(match[1]);
  return stem === '' ? undefined : { stem, tag: Number(match[2]) as Tag };
}

/**
 * Reads HMDB-51 or another data set in its layout.
 *
 * The classes are those of the split files, in text order, since no list of classes is published; so it does not matter which
 * class folders are there. The order of the split goes through the classes, and through each file. Part `all` is every clip
 * that the split files name, those with tag 0 too.
 */
async function readHmdb51(options: DatasetOptions): Promise<Dataset> {
  const number = splitNumber(options);
  const part = options.part ?? 'test';
  const root = await datasetRoot(options.root);
  const cache = new FolderCache();
  const splitFiles = await findSplitFiles(cache, root, options.list, number);
  const classes = splitFiles.map(({ className }) => className);
  const places = await findClassFolders(cache, root, classes);
  const collector = new ClipCollector();
  for (const [label, { className, path: file }] of splitFiles.entries()) {
    for (const line of await readListFile(file)) {
      const entry = parseHmdbLine(line.text);
      if (entry === undefined) {
        const detail = `neither 0, 1 nor 2 after the last space of "${shorten(line.text)}"`;
        collector.problem('malformed-line', line.where, detail);
        continue;
      }
      if (!isOfPart(entry.tag, part)) continue;
      const id = `${className}/${entry.stem}`;
      const path = await findClip(cache, places, className, entry.stem);
      collector.add({ id, path, label, className, index: collector.nextIndex() });
    }
  }
  const { clips, problems } = collector;
  const listFiles = splitFiles.map(({ path }) => path);
  return expectClips(
    { id: 'hmdb51', root, classes, clips, problems, split: { part, number }, listFiles },
    'videos or folders of frames that the split files name',
  );
}

interface SplitFile {
  readonly className: string;
  readonly path: string;
}

async function findSplitFiles(
  cache: FolderCache,
  root: string,
  given: string | undefined,
  number: SplitNumber,
): Promise<SplitFile[]> {
  const suffix = `_test_split${number}.txt`;
  const isSplitFile = (name: string): boolean =>
    name.endsWith(suffix) && name.length > suffix.length;
  const folder =
    given === undefined
      ? await findListFolder(cache, root, (files) => files.some(isSplitFile))
      : await datasetRoot(resolve(given));
  const { files } = folder === undefined ? { files: [] } : await cache.content(folder);
  const found = files.filter(isSplitFile);
  if (folder === undefined || found.length === 0) {
    throw invalidDataset(
      folder ?? root,
      `split files <class>${suffix} inside or beside the root`,
      'none',
      'unpack test_train_splits.rar there, or read the class folders without splits as the data set `folders`',
    );
  }
  return found
    .map((name) => ({ className: name.slice(0, -suffix.length), path: join(folder, name) }))
    .sort((a, b) => compareText(a.className, b.className));
}

function isOfPart(tag: Tag, part: DatasetPart): boolean {
  return part === 'all' || tag === (part === 'train' ? 1 : 2);
}
