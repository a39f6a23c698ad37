import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../src/index.js';
import { floats } from '../support/checkpoint-bytes.js';
import { dictionary, pickle, tensor, uint } from '../support/pickle-bytes.js';
import { invalidity } from '../support/rejection.js';
import { zip, type ZipEntry } from '../support/zip-bytes.js';

const name = 'archive/data/0';
const root = pickle(dictionary([['w', tensor({ length: 4, size: [4], stride: [1] })]]));
const four = floats(1, 2, 3, 4);

/** A checkpoint whose one storage is written as `entry` says. */
function withStorage(entry: Partial<ZipEntry>): Buffer {
  return zip([
    { name: 'archive/data.pkl', content: root },
    { name, content: four, ...entry },
  ]);
}

describe('a zip entry', () => {
  it('may be deflated', async () => {
    const { tensors } = await parseCheckpoint(withStorage({ deflate: true }));
    expect([...(tensors.get('w')?.data ?? [])]).toEqual([1, 2, 3, 4]);
  });

  it.each<[string, Partial<ZipEntry>, string]>([
    [
      'that claims more bytes than it has',
      { claimedSize: 2 ** 31 },
      'expected 16 bytes, got 2147483648',
    ],
    [
      'that is deflated and holds fewer bytes',
      { content: four.subarray(0, 12), deflate: true, claimedSize: 16 },
      'expected a deflate stream of 16 bytes, got 12 bytes',
    ],
    [
      'that is deflated and holds more bytes',
      { content: Buffer.alloc(1_000_000), deflate: true, claimedSize: 16 },
      'expected a deflate stream of 16 bytes, got one that holds more',
    ],
    [
      'that claims to be deflated',
      { method: 8, claimedCompressedSize: 16 },
      'expected a deflate stream of 16 bytes, got',
    ],
    ['that is compressed otherwise', { method: 12 }, 'compression method 12'],
    ['that is encrypted', { encrypted: true, claimedCompressedSize: 28 }, 'an encrypted one'],
    ['whose sizes contradict each other', { claimedCompressedSize: 17 }, 'size mismatch'],
    [
      'with another name',
      { name: 'archive/data/1' },
      'expected a zip entry, got none of that name',
    ],
    ['with the name of another', { name: 'archive/data.pkl' }, 'archive/data.pkl twice'],
    ['that leaves the archive', { name: '../data/0' }, 'invalid relative path'],
  ])('%s is refused', async (_name, entry, expected) => {
    const sentence = await invalidity(parseCheckpoint(withStorage(entry), 'w.pth'));
    expect(sentence).toMatch(/^w\.pth: /);
    expect(sentence).toContain(expected);
  });

  it('whose data leave the file is refused', async () => {
    const file = withStorage({});
    const directory = file.indexOf('PK\x01\x02', file.indexOf('PK\x01\x02') + 4);
    for (const [field, value] of [
      [20, 2 ** 31],
      [42, 2 ** 31],
    ]) {
      const lie = Buffer.from(file);
      lie.set(uint(value, 4), directory + field);
      if (field === 20) lie.set(uint(value, 4), directory + 24);
      expect(await invalidity(parseCheckpoint(lie, 'w.pth'))).toMatch(
        /^w\.pth: archive\/data\/0: /,
      );
    }
  });

  it('that would inflate to more than the limit is refused before it is inflated', async () => {
    const large = pickle(dictionary([['w', tensor({ length: 2 ** 26, size: [1], stride: [1] })]]));
    const file = zip([
      { name: 'archive/data.pkl', content: large },
      { name, content: Buffer.alloc(2 ** 16), deflate: true, claimedSize: 2 ** 28 },
    ]);
    expect(await invalidity(parseCheckpoint(file))).toContain('memoryLimit');
  });
});

describe('a zip archive', () => {
  const entries: ZipEntry[] = [
    { name: 'archive/data.pkl', content: root },
    { name, content: four },
  ];

  it.each<[string, Buffer, string]>([
    [
      'without a data.pkl',
      zip([{ name: 'word/document.xml', content: four }]),
      'without a data.pkl',
    ],
    [
      'with two',
      zip([...entries, { name: 'other/data.pkl', content: root }]),
      'archive/data.pkl and other/data.pkl',
    ],
    [
      'with a program',
      zip([...entries, { name: 'archive/code/__torch__.py', content: four }]),
      'a TorchScript archive',
    ],
    [
      'with constants',
      zip([...entries, { name: 'archive/constants.pkl', content: four }]),
      'a TorchScript archive',
    ],
    [
      'that claims more entries',
      zip(entries, 3),
      'expected a whole zip archive, got unexpected EOF',
    ],
    ['without entries', zip([]), 'without a data.pkl'],
  ])('%s is refused', async (_name, file, expected) => {
    expect(await invalidity(parseCheckpoint(file))).toContain(expected);
  });

  it('that claims 2^40 entries is refused at once', async () => {
    const file = zip(entries);
    const end = file.length - 22;
    const start = file.readUInt32LE(end + 16);
    const end64 = Buffer.concat([
      ...[Buffer.from('PK\x06\x06'), uint(44, 8), uint(45, 2), uint(45, 2), uint(0, 8)],
      ...[uint(2n ** 40n, 8), uint(2n ** 40n, 8), uint(end - start, 8), uint(start, 8)],
    ]);
    const locator = [Buffer.from('PK\x06\x07'), uint(0, 4), uint(end, 8), uint(1, 4)];
    const zip64 = [file.subarray(0, end), end64, ...locator, file.subarray(end)];
    const sentence = await invalidity(parseCheckpoint(Buffer.concat(zip64)));
    expect(sentence).toContain('at most 131072 entries, got 1099511627776 entries');
  });
});
