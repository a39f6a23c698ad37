import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePickledList } from '../../src/datasets/pickled-list.js';
import { readClipReferences } from '../../src/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
let count = 0;
const read = (name: string, content: string | Uint8Array) => {
  const path = join(folder, `${count++}${name}`);
  writeFileSync(path, content);
  return readClipReferences(path);
};
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

/** `pickle.dumps([2, 60, 300, 70000, 'A/v_A_g01_c01', 'B/é.avi', 2], protocol)` of CPython 3. */
const pickled = {
  1: '5d7100284b024b3c4d2c014a70110100580d000000412f765f415f6730315f63303171015808000000422fc3a92e61766971024b02652e',
  2: '80025d7100284b024b3c4d2c014a70110100580d000000412f765f415f6730315f63303171015808000000422fc3a92e61766971024b02652e',
  4: '8004952e000000000000005d94284b024b3c4d2c014a701101008c0d412f765f415f6730315f633031948c08422fc3a92e617669944b02652e',
  5: '8005952e000000000000005d94284b024b3c4d2c014a701101008c0d412f765f415f6730315f633031948c08422fc3a92e617669944b02652e',
};
const unpickled = [2, 60, 300, 70_000, 'A/v_A_g01_c01', 'B/é.avi', 2];

describe('readClipReferences', () => {
  it('reads ids, paths and lines of split files', async () => {
    const text =
      '\ufeffA/v_A_g01_c01\r\nB/v_B_g01_c01.avi 2 \r\n\r\nC/x.avi\n/d/rawframes/D/y 120 3\n';
    expect(await read('.txt', text)).toEqual([
      'A/v_A_g01_c01',
      'B/v_B_g01_c01.avi',
      'C/x.avi',
      '/d/rawframes/D/y',
    ]);
  });

  it('reads indices, of which every line must be one', async () => {
    expect(await read('.txt', '3\n0\n 12 \n')).toEqual([3, 0, 12]);
    expect(await read('.txt', '3\nA/b.avi\n')).toEqual(['3', 'A/b.avi']);
  });

  it('reads tables and JSON', async () => {
    expect(await read('.csv', 'path,duration,target\nA/a,165,0\nB/b,2,1\n')).toEqual([
      'A/a',
      'B/b',
    ]);
    expect(await read('.json', '["A/a", 7]')).toEqual(['A/a', 7]);
  });

  it('reads the lists that Python pickles', async () => {
    for (const hex of Object.values(pickled)) {
      expect(await read('.pkl', bytes(hex))).toEqual(unpickled);
    }
    // ['a', 'a', 'a', 0], where the text is stored once.
    const repeated = '80025d7100285801000000617101680168014b00652e';
    expect(parsePickledList(bytes(repeated))).toEqual(['a', 'a', 'a', 0]);
    expect(parsePickledList(bytes('80025d71004b05612e'))).toEqual([5]);
  });

  it.each([
    ['{"a": 1}', '80027d710058010000006171014b01732e'],
    ['(1, 2)', '80024b014b028671002e'],
    ['[[1]]', '80025d71005d71014b0161612e'],
    [
      'a call of os.system',
      '80025d710063706f7369780a73797374656d0a71015804000000747275657102857103527104612e',
    ],
    ['protocol 0', '286c70300a49320a612e'],
    ['a cut', pickled[2].slice(0, 40)],
    ['nothing', ''],
  ])('refuses %s', async (_, hex) => {
    await expect(read('.pkl', bytes(hex))).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });

  it('refuses lists without entries, and entries that are none', async () => {
    const minusOne = bytes('80025d71004affffffff612e');
    const wrong: [string, string | Uint8Array][] = [
      ['.txt', '\n'],
      ['.csv', 'path,target\n'],
      ['.json', '[]'],
      ['.json', '{"clips": []}'],
      ['.json', '[null]'],
      ['.json', 'A/a'],
      ['.json', '[-1]'],
      ['.json', '[1.5]'],
      ['.json', '[" "]'],
      ['.pkl', minusOne],
      ['.txt', 'a\0b'],
    ];
    for (const [name, content] of wrong) {
      await expect(read(name, content)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    }
    const gone = readClipReferences(join(folder, 'gone.txt'));
    await expect(gone).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
