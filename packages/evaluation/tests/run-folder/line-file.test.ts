import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { diskStorage, openLineFile, scanLines } from '../../src/run-folder/line-file.js';
import { RecordStore, sortRecords } from '../../src/run-folder/record-store.js';
import { temporaryFolder } from '../support/toy-run.js';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

function linesOf(file: string): unknown[] {
  const found: unknown[] = [];
  openLineFile(file, (value) => found.push(value)).close();
  return found;
}

describe('a file of lines', () => {
  it('gives back what was appended, in several openings', () => {
    const file = path('plain');
    for (let index = 0; index < 5; index++) {
      const lines = openLineFile(file, () => undefined);
      lines.append(`${JSON.stringify({ index, text: 'ä\u2028"\\n' })}\n`);
      lines.close();
    }
    expect(linesOf(file)).toEqual(
      Array.from({ length: 5 }, (_, index) => ({ index, text: 'ä\u2028"\\n' })),
    );
  });

  it('cuts off a last line that is torn at any byte, and only that', () => {
    const file = path('torn');
    const whole = '{"a":1}\n{"b":"ü2"}\n{"c":[3,4]}\n';
    const bytes = Buffer.from(whole);
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length));
      const complete = bytes.subarray(0, length).toString('latin1').split('\n').length - 1;
      expect(linesOf(file)).toHaveLength(complete);
      // What was torn is gone from the disk too, so that the next line begins at its own place.
      const ends = [0, 8, 20, 32];
      expect(statSync(file).size).toBe(ends[complete]);
    }
  });

  it('cuts off what a power failure leaves: a last line of zeros or of rubbish', () => {
    const file = path('rubbish');
    for (const rest of ['\0\0\0\0', '\0\0\0\n', '{"x":\n', 'rubbish']) {
      writeFileSync(file, '{"a":1}\n');
      appendFileSync(file, rest);
      expect(linesOf(file)).toEqual([{ a: 1 }]);
      expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n');
    }
  });

  it('refuses a damaged line before the last, and names it', () => {
    const file = path('damaged');
    writeFileSync(file, '{"a":1}\n{"b":\n{"c":3}\n');
    expect(() => linesOf(file)).toThrow(`${file}:2: expected a line of JSON`);
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"b":\n{"c":3}\n');
  });

  it('reads lines that are longer than its buffer, and says where each is', () => {
    const file = path('long');
    const random = new Random(5);
    const texts = Array.from({ length: 6 }, () => 'é'.repeat(random.integer(900_000)));
    writeFileSync(file, texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
    const bytes = readFileSync(file);
    let index = 0;
    const end = scanLines(file, (value, { offset, bytes: length }) => {
      expect(value === texts[index]).toBe(true);
      expect(bytes.toString('utf8', offset, offset + length)).toBe(
        `${JSON.stringify(texts[index])}\n`,
      );
      index += 1;
    });
    expect([index, end]).toEqual([6, bytes.length]);
  });

  it('takes back what a failed write left, and can go on', () => {
    const file = path('full');
    let full = true;
    const lines = openLineFile(
      file,
      () => undefined,
      (name) => {
        const disk = diskStorage(name);
        return {
          ...disk,
          write(bytes, offset) {
            disk.write(full ? bytes.subarray(0, 3) : bytes, offset);
            if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          },
        };
      },
    );
    expect(() => lines.append('{"a":1}\n')).toThrow(/a full disk \(ENOSPC\)/);
    expect(statSync(file).size).toBe(0);
    full = false;
    lines.append('{"a":1}\n');
    lines.close();
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n');
  });

  it('says that a folder cannot be written', () => {
    expect(() => openLineFile(path('no/such/folder/file'), () => undefined)).toThrow(
      expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }),
    );
  });
});

describe('records', () => {
  const store = (name: string, count = 6) => ({
    path: path(name),
    count,
    placeOf: ({ id }: { id: number }) => (id < count ? id : undefined),
  });

  it('know after any number of openings which of them are there', () => {
    const options = store('store');
    for (const id of [4, 0, 5]) {
      const records = RecordStore.open(options);
      records.append({ id });
      records.close();
    }
    truncateSync(options.path, statSync(options.path).size - 1);
    const found: number[] = [];
    const records = RecordStore.open({ ...options, onFound: ({ id }) => found.push(id) });
    expect(found).toEqual([4, 0]);
    expect([0, 1, 2, 3, 4, 5].map((place) => records.has(place))).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(records.found).toBe(2);
    records.close();
  });

  it('are sorted without a change to any line', () => {
    const options = store('unsorted', 50);
    const ids = Array.from({ length: 50 }, (_, id) => id);
    const random = new Random(2);
    const shuffled = ids
      .map((id) => ({ id, rank: random.uniform() }))
      .sort((a, b) => a.rank - b.rank);
    const records = RecordStore.open(options);
    for (const { id } of shuffled) records.append({ id, text: 'x'.repeat(id) } as { id: number });
    records.close();
    sortRecords(options);
    expect(readFileSync(options.path, 'utf8')).toBe(
      ids.map((id) => `{"id":${id},"text":"${'x'.repeat(id)}"}\n`).join(''),
    );
    const before = statSync(options.path).mtimeMs;
    sortRecords(options);
    expect(statSync(options.path).mtimeMs).toBe(before);
  });

  it('of another run are refused', () => {
    const options = store('foreign');
    writeFileSync(options.path, '{"id":1}\n{"id":77}\n');
    expect(() => RecordStore.open(options)).toThrow(
      expect.objectContaining({ code: 'RUN_INVALID' }),
    );
  });
});
