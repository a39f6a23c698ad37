import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { MsanetError } from '@msanet/core';

/** Where a line is in its file. */
export interface LinePlace {
  readonly offset: number;
  /** Its length with the line feed. */
  readonly bytes: number;
}

/** What lies under a line file. Tests put a disk there that fills up. */
export interface LineStorage {
  /** Length of the file. */
  size(): number;
  /** Writes everything at that offset, and returns when it is on the disk. */
  write(bytes: Uint8Array, offset: number): void;
  truncate(size: number): void;
  close(): void;
}

/** A file on the disk. */
export function diskStorage(path: string): LineStorage {
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+');
  return {
    size: () => fstatSync(file).size,
    write(bytes, offset) {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(file, bytes, written, bytes.length - written, offset + written);
      }
      fsyncSync(file);
    },
    truncate: (size) => ftruncateSync(file, size),
    close: () => closeSync(file),
  };
}

/**
 * An append-only file of JSON lines that survives anything: a line is in it whole or not at all.
 *
 * A process that is killed while it writes leaves a torn last line, which `openLineFile` cuts off. A write that fails, as on
 * a full disk, is taken back at once.
 */
export class LineFile {
  readonly #path: string;
  readonly #storage: LineStorage;
  #end: number;

  /** @param end where the last whole line ends */
  constructor(path: string, storage: LineStorage, end: number) {
    this.#path = path;
    this.#storage = storage;
    this.#end = end;
    if (storage.size() > end) this.#attempt(() => storage.truncate(end));
  }

  /**
   * Appends a line and waits until it is on the disk.
   *
   * @param line with its line feed
   * @throws MsanetError `OUTPUT_UNWRITABLE`; the file then ends where it did before
   */
  append(line: string): void {
    const bytes = new TextEncoder().encode(line);
    this.#attempt(() => {
      try {
        this.#storage.write(bytes, this.#end);
      } catch (error) {
        this.#takeBack();
        throw error;
      }
    });
    this.#end += bytes.length;
  }

  close(): void {
    this.#storage.close();
  }

  /** Cuts off what a failed write left. Where even that fails, the next opening does it. */
  #takeBack(): void {
    try {
      this.#storage.truncate(this.#end);
    } catch {
      // The write's own error says more.
    }
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

/**
 * Opens a line file, or makes it; tells of every line that is there, and cuts off a torn last one.
 *
 * @param visit told each line's value and place, in the order of the file
 * @throws MsanetError `RUN_INVALID` when a line before the last is not JSON, `OUTPUT_UNWRITABLE`
 */
export function openLineFile(
  path: string,
  visit: (value: unknown, place: LinePlace) => void,
  storage: (path: string) => LineStorage = diskStorage,
): LineFile {
  const end = existsSync(path) ? scanLines(path, visit) : 0;
  try {
    return new LineFile(path, storage(path), end);
  } catch (error) {
    throw error instanceof MsanetError ? error : unwritable(path, error);
  }
}

const chunkBytes = 1 << 20;
const lineFeed = 0x0a;

/**
 * Reads the lines of a file one after the other, with memory for one.
 *
 * @returns where the last whole line ends
 * @throws MsanetError `RUN_INVALID` when a line before the last is not JSON, `FILE_NOT_FOUND`
 */
export function scanLines(path: string, visit: (value: unknown, place: LinePlace) => void): number {
  const file = openForReading(path);
  try {
    const size = fstatSync(file).size;
    const chunk = Buffer.alloc(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    let offset = 0;
    let number = 0;
    for (let position = 0; position < size;) {
      const count = readSync(file, chunk, 0, chunkBytes, position);
      if (count === 0) break;
      position += count;
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      let start = 0;
      for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
        number += 1;
        const place = { offset, bytes: end + 1 - start };
        const value = parseLine(bytes.toString('utf8', start, end));
        if (value === undefined) {
          if (offset + place.bytes >= size) return offset;
          throw damaged(path, number);
        }
        visit(value, place);
        offset += place.bytes;
        start = end + 1;
      }
      rest = Buffer.from(bytes.subarray(start));
    }
    return offset;
  } finally {
    closeSync(file);
  }
}

/** Rewrites a line file in another order, whole or not at all: the lines at those places, one after the other. */
export function readPlaces(
  path: string,
  places: Iterable<LinePlace>,
  visit: (line: Buffer) => void,
): void {
  const file = openForReading(path);
  try {
    for (const { offset, bytes } of places) {
      const line = Buffer.alloc(bytes);
      readSync(file, line, 0, bytes, offset);
      visit(line);
    }
  } finally {
    closeSync(file);
  }
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new MsanetError({
      code: 'FILE_NOT_FOUND',
      where: path,
      expected: 'the records of a run',
      got: (error as NodeJS.ErrnoException).code ?? String(error),
      remedy: 'name the folder of a run',
      cause: error,
    });
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

function damaged(path: string, line: number): MsanetError {
  return new MsanetError({
    code: 'RUN_INVALID',
    where: `${path}:${line}`,
    expected: 'a line of JSON',
    got: 'something else',
    remedy: 'remove that line; what it recorded is computed again with --resume',
  });
}

/** The error for a file or folder of a run that cannot be written. */
export function unwritable(path: string, error: unknown): MsanetError {
  const code = (error as NodeJS.ErrnoException).code;
  return new MsanetError({
    code: 'OUTPUT_UNWRITABLE',
    where: path,
    expected: 'a file that can be written',
    got: code === 'ENOSPC' ? 'a full disk (ENOSPC)' : (code ?? String(error)),
    remedy: 'make room or correct the permissions, then go on with --resume: nothing is lost',
    cause: error,
  });
}
