import { splitCsvLine, type ListColumns } from './csv-line.js';
import { isVideoName } from './media-name.js';

/** A line of a list of clips. */
export interface ListEntry {
  readonly path: string;
  /** 0-based; absent where the line has none. */
  readonly label?: number;
  readonly frames?: number;
}

/**
 * Reads a line of the lists that TSM, TDN and MMAction2 use: `path frames label` for folders of frames, `path label` for
 * videos, or the same with commas.
 *
 * Paths hold spaces, and folders have no extension, so lines are read from their ends: a number after the name of a
 * video is its label; otherwise two numbers are frames and label, and one is the label.
 *
 * @returns nothing where no path is left
 */
export function parseListLine(text: string): ListEntry | undefined {
  const last = takeNumber(text);
  if (last === undefined) return entryOf(text);
  if (isVideoName(last.rest)) return entryOf(last.rest, last.number);
  const second = takeNumber(last.rest);
  return second === undefined
    ? entryOf(last.rest, last.number)
    : entryOf(second.rest, last.number, second.number);
}

/**
 * Reads a line of a list with named columns.
 *
 * @returns nothing where the path is empty or a label is no whole number
 */
export function parseColumns(text: string, columns: ListColumns): ListEntry | undefined {
  const fields = splitCsvLine(text);
  const label = columns.label === undefined ? undefined : fields[columns.label];
  const frames = columns.frames === undefined ? undefined : fields[columns.frames];
  if (label !== undefined && !isNumber(label)) return undefined;
  return entryOf(
    fields[columns.path] ?? '',
    label === undefined ? undefined : Number(label),
    // Other projects write seconds into a column of this name.
    frames !== undefined && isNumber(frames) ? Number(frames) : undefined,
  );
}

function takeNumber(text: string): { rest: string; number: number } | undefined {
  const digits = /\d{1,9}$/.exec(text)?.[0];
  if (digits === undefined) return undefined;
  const before = text.slice(0, -digits.length);
  const rest = before.trimEnd().replace(/,$/, '').trimEnd();
  // Without a separator the digits belong to the name.
  if (rest === '' || rest === before) return undefined;
  return { rest, number: Number(digits) };
}

function entryOf(path: string, label?: number, frames?: number): ListEntry | undefined {
  if (path === '' || path.includes('\0')) return undefined;
  return {
    path,
    ...(label === undefined ? {} : { label }),
    ...(frames === undefined ? {} : { frames }),
  };
}

function isNumber(field: string): boolean {
  return /^\d{1,9}$/.test(field);
}
