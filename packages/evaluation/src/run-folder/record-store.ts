import { MsanetError } from '@msanet/core';
import { recordLine } from '../records/record-line.js';
import {
  openLineFile,
  readPlaces,
  scanLines,
  type LineFile,
  type LinePlace,
  type LineStorage,
} from './line-file.js';
import { writeWholeFile } from './whole-file.js';

/** What a record store needs to know. */
export interface RecordStoreOptions<R extends object> {
  /** The file of lines. */
  readonly path: string;
  /** How many records there will be. */
  readonly count: number;
  /** The place of a record in the canonical order; `undefined` when it is none of this run. */
  readonly placeOf: (record: R) => number | undefined;
  /** Told of every record that is there already. */
  readonly onFound?: (record: R, place: number) => void;
  /** What lies under the file; the disk when absent. */
  readonly storage?: (path: string) => LineStorage;
}

/**
 * The records of a run, one line each: appended in the order in which the work ends, sorted when all is done. The file holds
 * everything; in memory is one bit of knowledge per record, whether it is there.
 */
export class RecordStore<R extends object> {
  readonly #options: RecordStoreOptions<R>;
  readonly #file: LineFile;
  readonly #there: Uint8Array;
  #found = 0;

  private constructor(
    options: RecordStoreOptions<R>,
    open: (visit: (value: unknown) => void) => LineFile,
  ) {
    this.#options = options;
    this.#there = new Uint8Array(options.count);
    this.#file = open((value) => {
      const place = this.#placeOf(value as R);
      if (this.#there[place] === 1) return;
      this.#there[place] = 1;
      this.#found += 1;
      options.onFound?.(value as R, place);
    });
  }

  /**
   * Opens the file, or makes it, and reads which records are there.
   *
   * @throws MsanetError `RUN_INVALID` when a line is damaged or none of this run, `OUTPUT_UNWRITABLE`
   */
  static open<R extends object>(options: RecordStoreOptions<R>): RecordStore<R> {
    return new RecordStore(options, (visit) => openLineFile(options.path, visit, options.storage));
  }

  /** How many records there are. */
  get found(): number {
    return this.#found;
  }

  /** Whether the record at that place of the canonical order is there. */
  has(place: number): boolean {
    return this.#there[place] === 1;
  }

  /**
   * Appends a record and waits until it is on the disk.
   *
   * @throws MsanetError `OUTPUT_UNWRITABLE`; the file then holds what it held before
   */
  append(record: R): void {
    const place = this.#placeOf(record);
    this.#file.append(recordLine(record));
    this.#there[place] = 1;
    this.#found += 1;
  }

  close(): void {
    this.#file.close();
  }

  #placeOf(record: R): number {
    const place = this.#options.placeOf(record);
    if (place !== undefined) return place;
    throw new MsanetError({
      code: 'RUN_INVALID',
      where: this.#options.path,
      expected: 'records of this run',
      got: recordLine(record).slice(0, 120).trimEnd(),
      remedy: 'remove that line, or use another folder',
    });
  }
}

/**
 * Sorts a closed file of records into the canonical order, whole or not at all. One that is sorted is left alone.
 *
 * @throws MsanetError `OUTPUT_UNWRITABLE`; the file is then as it was
 */
export function sortRecords<R extends object>({
  path,
  count,
  placeOf,
}: RecordStoreOptions<R>): void {
  const places: (LinePlace | undefined)[] = Array.from({ length: count }, () => undefined);
  let sorted = true;
  let latest = -1;
  scanLines(path, (value, place) => {
    const index = placeOf(value as R);
    if (index === undefined || places[index] !== undefined) {
      sorted = false;
      return;
    }
    sorted &&= index > latest;
    latest = index;
    places[index] = place;
  });
  if (sorted) return;
  const inOrder = places.filter((place) => place !== undefined);
  writeWholeFile(path, (write) => readPlaces(path, inOrder, write));
}
