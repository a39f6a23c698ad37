import { extname } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import type { ClipReference } from './clip-reference.js';
import { listColumns } from './csv-line.js';
import { invalidList, readListBytes, readListFile, type ListLine } from './list-file.js';
import { parseListLine, parseColumns } from './list-line.js';
import { parsePickledList } from './pickled-list.js';

/**
 * Reads a published list of clips, for a selection of kind `list`.
 *
 * - text: one id, path or index a line, with or without extension; what follows a path, as in split files, is passed over
 * - a table: comma-separated, with a head line that names a column `path`, as `path,duration,target`
 * - `.json`: an array of texts or whole numbers
 * - `.pkl`: a pickled Python list of them, as `used_idxs.pkl` of Temporal Translation
 *
 * Indices are 0-based positions in the order of the split.
 *
 * @returns at least one reference
 * @throws MsanetError `FILE_NOT_FOUND`, or `DATASET_INVALID` when it is none of these
 */
export async function readClipReferences(path: string): Promise<readonly ClipReference[]> {
  const references = await readReferences(path);
  if (references.length === 0) throw invalidList(path, 'nothing but blank lines');
  const invalid = references.find(isInvalid);
  if (invalid === undefined) return references;
  throw new MsanetError({
    code: 'DATASET_INVALID',
    where: path,
    expected: 'ids, paths, or indices from 0',
    got: String(invalid),
    remedy: 'correct the list',
  });
}

async function readReferences(path: string): Promise<readonly ClipReference[]> {
  switch (extname(path).toLowerCase()) {
    case '.pkl':
    case '.pickle': {
      const list = parsePickledList(await readListBytes(path));
      if (typeof list === 'string') throw invalidList(path, list);
      return list;
    }
    case '.json':
      return parseJsonList(path, new TextDecoder().decode(await readListBytes(path)));
    default:
      return parseLines(path, await readListFile(path));
  }
}

function parseLines(path: string, lines: readonly ListLine[]): ClipReference[] {
  if (lines.every(({ text }) => /^\d{1,9}$/.test(text)))
    return lines.map(({ text }) => Number(text));
  const columns = listColumns(lines[0].text);
  const entries = columns === undefined ? lines : lines.slice(1);
  return entries.map(({ text, where }) => {
    const entry =
      columns === undefined ? parseListLine(text) : parseColumns(text, { path: columns.path });
    if (entry === undefined) throw invalidList(path, `no path at ${where}`);
    return entry.path;
  });
}

function parseJsonList(path: string, text: string): ClipReference[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw invalidList(path, 'text that is no JSON', cause);
  }
  const isReference = (entry: unknown): entry is ClipReference =>
    typeof entry === 'string' || typeof entry === 'number';
  if (Array.isArray(list) && list.every(isReference)) return list;
  throw invalidList(path, 'JSON that is no array of texts and numbers');
}

function isInvalid(reference: ClipReference): boolean {
  return typeof reference === 'number'
    ? !Number.isSafeInteger(reference) || reference < 0
    : reference.trim() === '';
}
