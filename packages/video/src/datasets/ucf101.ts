import { join, resolve } from 'node:path';
import { ClipCollector } from './clip-collector.js';
import type { Dataset, DatasetFormat, DatasetOptions, DatasetPart } from './dataset.js';
import { datasetRoot, expectClips, invalidDataset, splitNumber } from './dataset-root.js';
import { findClassFolders, findClip, findListFolder } from './find-folders.js';
import { FolderCache, folderKey } from './folder-cache.js';
import { readListFile, shorten } from './list-file.js';
import { classOfUcfName, parseClassIndex, parseUcfLine, type UcfEntry } from './ucf-lists.js';

const classIndexName = /^class_?ind(ex)?\.txt$/i;

/** UCF-101: 13,320 clips of 101 classes in 25 groups, in three official splits that keep groups together. */
export const ucf101: DatasetFormat = {
  id: 'ucf101',
  summary:
    'UCF-101 with its official splits: videos or frames in class folders, and ucfTrainTestlist',
  source:
    'Soomro, Zamir & Shah, "UCF101: A Dataset of 101 Human Actions Classes from Videos in The Wild", 2012',
  read: (options) => readUcfLayout('ucf101', options),
};

/** The project's own procedural data set, in the layout of UCF-101. */
export const demoActions: DatasetFormat = {
  id: 'demo-actions',
  summary:
    "msanet's own drawn actions, as `msanet demo-data` writes them: videos and ucfTrainTestlist",
  source: 'procedural data set of msanet, in the layout of UCF-101',
  read: (options) => readUcfLayout('demo-actions', options),
};

/**
 * Reads a data set in the layout of UCF-101.
 *
 * `classInd.txt`, `trainlist0N.txt` and `testlist0N.txt` lie in a folder inside the root or beside it. Classes come from
 * `classInd.txt`, so every data set in this layout can be read, not only UCF-101 itself. The order of the split is that of the
 * lists; part `all` is the train list followed by the test list.
 */
async function readUcfLayout(id: string, options: DatasetOptions): Promise<Dataset> {
  const number = splitNumber(options);
  const part = options.part ?? 'test';
  const root = await datasetRoot(options.root);
  const cache = new FolderCache();
  const lists = await findLists(cache, root, options.list);
  const classFile = await listNamed(cache, lists, classIndexName, 'classInd.txt');
  const classes = parseClassIndex(await readListFile(classFile));
  if (typeof classes === 'string') {
    throw invalidDataset(
      classFile,
      'one class a line, numbered from 1, as in `1 ApplyEyeMakeup`',
      classes,
      "take the file of the data set's official lists",
    );
  }
  const labels = new Map(classes.map((name, label) => [folderKey(name), label]));
  const places = await findClassFolders(cache, root, classes);
  const listFiles = [classFile];
  const collector = new ClipCollector();
  for (const kind of partsOf(part)) {
    const file = await listNamed(
      cache,
      lists,
      new RegExp(`^${kind}list0?${number}\\.txt$`, 'i'),
      `${kind}list0${number}.txt`,
    );
    listFiles.push(file);
    for (const line of await readListFile(file)) {
      const index = collector.nextIndex();
      const entry = parseUcfLine(line.text);
      if (entry === undefined) {
        collector.problem('malformed-line', line.where, `no clip in "${shorten(line.text)}"`);
        continue;
      }
      const label = labelOf(entry, labels);
      if (typeof label === 'string') {
        collector.problem('unknown-class', line.where, label);
        continue;
      }
      const className = classes[label];
      const path = await findClip(cache, places, className, entry.stem);
      collector.add({ id: `${className}/${entry.stem}`, path, label, className, index });
    }
  }
  const { clips, problems } = collector;
  const split = { part, number };
  return expectClips(
    { id, root, classes, clips, problems, split, listFiles },
    'videos or folders of frames that the lists name',
  );
}

function partsOf(part: DatasetPart): readonly ('train' | 'test')[] {
  return part === 'all' ? ['train', 'test'] : [part];
}

/** The 0-based label of an entry, or why it has none. */
function labelOf(entry: UcfEntry, labels: ReadonlyMap<string, number>): number | string {
  const { folder, stem, label } = entry;
  const inName = classOfUcfName(stem);
  const byFolder = folder === undefined ? undefined : labels.get(folderKey(folder));
  const byName = inName === undefined ? undefined : labels.get(folderKey(inName));
  const byNumber =
    label !== undefined && label >= 1 && label <= labels.size ? label - 1 : undefined;
  if (label !== undefined && byNumber === undefined) {
    return `label ${label}, where classInd.txt numbers the classes from 1 to ${labels.size}`;
  }
  if (byFolder !== undefined && byNumber !== undefined && byFolder !== byNumber) {
    return `label ${String(label)}, which is not that of ${String(folder)} in classInd.txt`;
  }
  return byFolder ?? byNumber ?? byName ?? `${folder ?? stem}, which classInd.txt does not name`;
}

async function findLists(
  cache: FolderCache,
  root: string,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) return datasetRoot(resolve(given));
  const folder = await findListFolder(cache, root, (files) =>
    files.some((name) => classIndexName.test(name)),
  );
  if (folder !== undefined) return folder;
  throw invalidDataset(
    root,
    'ucfTrainTestlist with classInd.txt inside or beside the root',
    'none',
    'unpack the official lists there, or read the class folders without splits as the data set `folders`',
  );
}

async function listNamed(
  cache: FolderCache,
  folder: string,
  pattern: RegExp,
  name: string,
): Promise<string> {
  const { files } = await cache.content(folder);
  const found = files.find((file) => pattern.test(file));
  if (found !== undefined) return join(folder, found);
  throw invalidDataset(folder, name, 'no such file', 'unpack all of the official lists there');
}
