import { relative, resolve, sep, win32 } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import { ClipCollector } from './clip-collector.js';
import { listColumns } from './csv-line.js';
import type { Dataset, DatasetFormat, DatasetOptions } from './dataset.js';
import { datasetRoot, expectClips, expectNoSplit, invalidDataset } from './dataset-root.js';
import { findClassFolders, findClip } from './find-folders.js';
import { FolderCache } from './folder-cache.js';
import { readListFile, shorten, type ListLine } from './list-file.js';
import { parseColumns, parseListLine, type ListEntry } from './list-line.js';
import { withoutVideoExtension } from './media-name.js';

/** A list file with paths and 0-based labels, as training code of video models reads it. */
export const clipList: DatasetFormat = {
  id: 'list',
  summary:
    'a list file of TSM, TDN or MMAction2 (`path frames label`, `path label`) or a table with a column path',
  source: 'the official code of TSM and TDN; MMAction2, RawframeDataset and VideoDataset',
  read: readClipList,
};

/** Labels above it are refused; the largest public data sets have some thousands of classes. */
const maximumLabel = 99_999;

interface NumberedEntry {
  readonly entry: ListEntry;
  readonly line: ListLine;
  readonly index: number;
}

/**
 * Reads a list of clips below the root.
 *
 * Lists hold paths of their authors' machines, with the extensions that were there: a path counts below the root first, then
 * its last two parts, then its name. Class names are `labels`, else the folders of the clips where they tell the labels apart, else
 * `class 0`, `class 1`, ….
 */
async function readClipList(options: DatasetOptions): Promise<Dataset> {
  expectNoSplit(options, 'list');
  const root = await datasetRoot(options.root);
  const file = resolve(expectList(options.list));
  const collector = new ClipCollector();
  const entries = readEntries(await readListFile(file), collector, options.labels);
  const labelled = expectLabels(entries, collector, file, options.labels);
  const classes = options.labels ?? classNames(labelled);
  const cache = new FolderCache();
  const folders = [...new Set(labelled.map(({ entry }) => partsOf(entry.path).at(-2) ?? ''))];
  const prefer = labelled.some(({ entry }) => entry.frames !== undefined) ? 'frames' : 'videos';
  const places = await findClassFolders(cache, root, folders, prefer);
  const ids = new Map<string, string>();
  for (const { entry, label, index } of labelled) {
    const path = await locate(cache, root, places, entry.path);
    const id = uniqueId(ids, root, entry.path);
    const { frames } = entry;
    const clip = { id, path, label, className: classes[label], index };
    collector.add(frames === undefined ? clip : { ...clip, frames });
  }
  const { clips, problems } = collector;
  const split = { part: options.part ?? 'all' };
  return expectClips(
    { id: 'list', root, classes, clips, problems, split, listFiles: [file] },
    `videos or folders of frames that ${file} names`,
  );
}

function expectList(list: string | undefined): string {
  if (list !== undefined && list !== '') return list;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'list of the data set',
    expected: 'a list file for the data set `list`',
    got: 'none',
    remedy: 'name the file with one clip a line',
  });
}

function readEntries(
  lines: readonly ListLine[],
  collector: ClipCollector,
  labels: readonly string[] | undefined,
): NumberedEntry[] {
  const columns = lines.length > 0 ? listColumns(lines[0].text) : undefined;
  const entries: NumberedEntry[] = [];
  for (const line of columns === undefined ? lines : lines.slice(1)) {
    const index = collector.nextIndex();
    const entry =
      columns === undefined ? parseListLine(line.text) : parseColumns(line.text, columns);
    const usable = entry !== undefined && partsOf(entry.path).length > 0;
    if (usable && (entry.label !== undefined || labels !== undefined)) {
      entries.push({ entry, line, index });
    } else {
      const detail = `no path and label in "${shorten(line.text)}"`;
      collector.problem('malformed-line', line.where, detail);
    }
  }
  return entries;
}

/** The entries with labels that the data set has; those without one get it from the name of their folder. */
function expectLabels(
  entries: readonly NumberedEntry[],
  collector: ClipCollector,
  file: string,
  labels: readonly string[] | undefined,
): (NumberedEntry & { readonly label: number })[] {
  const highest = labels === undefined ? maximumLabel : labels.length - 1;
  const stated = new Set(entries.flatMap(({ entry }) => entry.label ?? []));
  if (labels !== undefined && stated.has(labels.length) && !stated.has(0)) {
    throw invalidDataset(
      file,
      `labels from 0 to ${highest}`,
      `labels up to ${labels.length} and none of 0`,
      'subtract 1 from each, since these lists count classes from 0',
    );
  }
  return entries.flatMap((numbered) => {
    const { entry, line } = numbered;
    const folder = partsOf(entry.path).at(-2);
    const label = entry.label ?? labels?.findIndex((name) => name === folder) ?? -1;
    if (label >= 0 && label <= highest) return [{ ...numbered, label }];
    const detail =
      entry.label === undefined
        ? `no label, and ${folder ?? 'no folder'} is none of the ${highest + 1} classes`
        : `label ${entry.label}, where labels go from 0 to ${highest}`;
    collector.problem('unknown-class', line.where, detail);
    return [];
  });
}

/** The folders of the clips, where each label has one of its own. */
function classNames(entries: readonly { entry: ListEntry; label: number }[]): string[] {
  const count = entries.reduce((most, { label }) => Math.max(most, label + 1), 0);
  const folders: (string | undefined)[] = Array.from({ length: count });
  const numbered = Array.from({ length: count }, (_, label) => `class ${label}`);
  for (const { entry, label } of entries) {
    const folder = partsOf(entry.path).at(-2);
    if (folder === undefined || (folders[label] ?? folder) !== folder) return numbered;
    folders[label] = folder;
  }
  const names = folders.map((folder, label) => folder ?? numbered[label]);
  return new Set(names).size === names.length ? names : numbered;
}

async function locate(
  cache: FolderCache,
  root: string,
  places: readonly string[],
  path: string,
): Promise<string | undefined> {
  const parts = partsOf(path);
  const name = parts.at(-1) ?? '';
  const asWritten = resolve(root, path.replaceAll('\\', '/'), '..');
  return (
    (await cache.media(asWritten, name)) ??
    (await findClip(cache, places, parts.at(-2) ?? '', name))
  );
}

/** The path below the root where it has one, else its last two parts, else, where another clip has that id, the whole of it. */
function uniqueId(ids: Map<string, string>, root: string, path: string): string {
  const parts = partsOf(path);
  const inside = relative(root, resolve(root, parts.join('/')));
  // The rules of Windows know the absolute paths of both worlds.
  const isInside = !win32.isAbsolute(path) && !inside.startsWith('..');
  const short = isInside ? inside.split(sep).join('/') : parts.slice(-2).join('/');
  const id = withoutVideoExtension(short);
  const owner = ids.get(id);
  if (owner !== undefined && owner !== path) return withoutVideoExtension(path);
  ids.set(id, path);
  return id;
}

function partsOf(path: string): string[] {
  return path.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
}
