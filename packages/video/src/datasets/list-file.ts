import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import { describe, localFile, notFound } from '../input/local-file.js';

/** Most bytes of a list. The largest public ones, of several million clips, stay under a quarter of it. */
const maximumBytes = 2 ** 28;

/** Most characters of a line; longer ones are no path and a label. */
const maximumLineLength = 8192;

/** One line of a list that is not blank. */
export interface ListLine {
  /** Without spaces at its ends. */
  readonly text: string;
  /** Name of the file and 1-based number of the line, as `trainlist01.txt:12`. */
  readonly where: string;
}

/**
 * Reads a list: UTF-8 text with line ends of any kind, with or without a byte order mark. Blank lines are dropped, and so are
 * spaces at both ends of the others.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, or `DATASET_INVALID` when it is no text of lines
 */
export async function readListFile(path: string): Promise<ListLine[]> {
  const text = new TextDecoder().decode(await readListBytes(path));
  if (text.includes('\0')) throw invalidList(path, 'a binary file');
  const name = basename(path);
  const lines: ListLine[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    if (trimmed.length > maximumLineLength) {
      throw invalidList(path, `line ${index + 1} of ${trimmed.length} characters`);
    }
    lines.push({ text: trimmed, where: `${name}:${index + 1}` });
  }
  return lines;
}

/**
 * The bytes of a list.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, or `DATASET_INVALID` when it is larger than 256 MiB
 */
export async function readListBytes(path: string): Promise<Uint8Array> {
  const { kind, size } = await localFile(path);
  if (kind === 'folder') throw invalidList(path, 'a folder');
  if (size > maximumBytes) throw invalidList(path, `${size} bytes`);
  try {
    const file = await open(path);
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw notFound(path, describe(cause), cause);
  }
}

/** The error for a file that is no list. */
export function invalidList(path: string, got: string, cause?: unknown): MsanetError {
  return new MsanetError({
    code: 'DATASET_INVALID',
    where: path,
    expected: 'a list: text with one clip a line',
    got,
    remedy: 'pass the list itself',
    cause,
  });
}

/** A line as a sentence can quote it. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
