import { withoutVideoExtension } from './media-name.js';
import type { ListLine } from './list-file.js';

/** A line of UCF-101's `trainlist` and `testlist` files. */
export interface UcfEntry {
  /** Name of the class folder; absent where the line has none. */
  readonly folder?: string;
  /** Without folder and extension. */
  readonly stem: string;
  /** 1-based, as the train lists have it. */
  readonly label?: number;
}

/**
 * Reads a line `Class/v_Class_g08_c01.avi 1` of a train list or `Class/v_Class_g01_c01.avi` of a test list.
 *
 * @returns nothing where it names no clip
 */
export function parseUcfLine(text: string): UcfEntry | undefined {
  const match = /^(.*\S)\s+(\d{1,9})$/.exec(text);
  const path = (match?.[1] ?? text).replaceAll('\\', '/');
  const label = match === null ? undefined : Number(match[2]);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const stem = withoutVideoExtension(parts.at(-1) ?? '');
  if (stem === '' || stem === '..') return undefined;
  const folder = parts.at(-2);
  return {
    stem,
    ...(folder === undefined ? {} : { folder }),
    ...(label === undefined ? {} : { label }),
  };
}

/** The class that a UCF-101 file name holds: `v_ApplyEyeMakeup_g01_c01` is of `ApplyEyeMakeup`. */
export function classOfUcfName(stem: string): string | undefined {
  return /^v_(.+)_g\d+_c\d+$/.exec(stem)?.[1];
}

/**
 * Reads `classInd.txt`: `1 ApplyEyeMakeup`, numbered from 1 in any order, or class names alone.
 *
 * @returns the class names in the order of their numbers, or what is wrong with the file
 */
export function parseClassIndex(lines: readonly ListLine[]): string[] | string {
  const entries = lines.map(({ text }) => /^(\d{1,9})\s+(.+)$/.exec(text));
  const names = entries.every((entry) => entry !== null)
    ? namesByNumber(entries.map((entry) => [Number(entry[1]), entry[2]] as const))
    : lines.map(({ text }) => text);
  if (typeof names === 'string') return names;
  if (names.length === 0) return 'no class';
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return `the class ${name} twice`;
    seen.add(name);
  }
  return names;
}

function namesByNumber(entries: readonly (readonly [number, string])[]): string[] | string {
  const sorted = [...entries].sort(([a], [b]) => a - b);
  for (const [position, [number]] of sorted.entries()) {
    if (number !== position + 1) return `no class number ${position + 1}`;
  }
  return sorted.map(([, name]) => name);
}
