import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random, isMsanetError } from '@msanet/tensor';
import { expect, it } from 'vitest';
import { readClipReferences, readDataset, selectDatasetClips } from '../../src/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeEmpty, writeTree } from './tree.js';

const folder = temporaryFolder();
/** Lists that are read; `MSANET_FUZZ=10000` for the long run. */
const cases = Number(process.env['MSANET_FUZZ'] ?? 1500);
const seed = Number(process.env['MSANET_FUZZ_SEED'] ?? 1);

const lists: Readonly<Record<string, string>> = {
  'ucf/list/classInd.txt': '1 A\r\n2 B\r\n',
  'ucf/list/trainlist01.txt': 'A/v_A_g08_c01.avi 1\r\nB/v_B_g08_c01.avi 2\r\n',
  'ucf/list/testlist01.txt': 'A/v_A_g01_c01.avi\r\nB/v_B_g01_c01.avi\r\n',
  'hmdb/splits/A_test_split1.txt': '#20_A!_u_nm_np1_fr_goo_0.avi 1 \n(x)[y];&_A_le_med_1.avi 2 \n',
  'list.txt': 'A/v_A_g01_c01 120 0\nB/v_B_g01_c01.avi 1\n',
  'list.csv': 'path,duration,target\nA/v_A_g01_c01,165,0\n"B/v_B_g01_c01",124,1\n',
  'list.json': '["A/v_A_g01_c01", 1]',
};
const pickled = Buffer.from('80025d71004b05612e', 'hex');

/** What goes wrong in lists: bytes of all kinds, control characters, huge numbers, paths that lead away, names of JavaScript. */
const morsels = [
  '\0',
  '\r',
  '\n',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\\',
  '/',
  '../../../../etc/passwd',
  '/dev/zero',
  '__proto__',
  'constructor',
  'toString 1',
  '99999999999999999999',
  '-1',
  '1e9',
  ' ',
  '\t',
  '"',
  ',',
  'a'.repeat(9000),
  '%s%n',
  'file:///etc/passwd',
  'http://localhost/a.avi 1',
  '.avi',
  '..',
  '\u0301',
];

function mutate(random: Random, content: Buffer): Buffer {
  let bytes = content;
  for (let edits = 1 + random.integer(4); edits > 0; edits--) {
    const at = random.integer(bytes.length + 1);
    const length = random.integer(12);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (random.integer(5)) {
      case 0:
        bytes = Buffer.concat([before, after.subarray(length)]);
        break;
      case 1:
        bytes = Buffer.concat([before, after.subarray(0, length), after]);
        break;
      case 2:
        bytes = Buffer.concat([
          before,
          Buffer.from(morsels[random.integer(morsels.length)]),
          after,
        ]);
        break;
      case 3:
        bytes = Buffer.concat([before, Buffer.from([random.integer(256)]), after.subarray(1)]);
        break;
      default:
        bytes = before;
    }
  }
  return bytes;
}

it(
  `reads ${cases} damaged lists with nothing but our errors (seed ${seed})`,
  { timeout: 600_000 },
  async () => {
    writeEmpty(folder, [
      ...['g01', 'g08'].flatMap((group) =>
        ['A', 'B'].map((name) => `ucf/${name}/v_${name}_${group}_c01.avi`),
      ),
      'hmdb/A/#20_A!_u_nm_np1_fr_goo_0.avi',
      'hmdb/A/(x)[y];&_A_le_med_1.avi',
    ]);
    writeTree(folder, lists);
    const root = join(folder, 'ucf');
    const { clips } = await readDataset('ucf101', { root });
    const readers: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
      ucf: () => readDataset('ucf101', { root, part: 'all' }),
      hmdb: () => readDataset('hmdb51', { root: join(folder, 'hmdb'), part: 'all' }),
      list: (list) => readDataset('list', { root, list }),
      named: (list) => readDataset('list', { root, list, labels: ['A', 'B'] }),
      selection: async (path) =>
        selectDatasetClips(clips, { kind: 'list', references: await readClipReferences(path) }),
    };
    const sources: [file: string, reader: string][] = [
      ['ucf/list/classInd.txt', 'ucf'],
      ['ucf/list/trainlist01.txt', 'ucf'],
      ['ucf/list/testlist01.txt', 'ucf'],
      ['hmdb/splits/A_test_split1.txt', 'hmdb'],
      ...['list.txt', 'list.csv'].flatMap((file): [string, string][] => [
        [file, 'list'],
        [file, 'named'],
        [file, 'selection'],
      ]),
      ['list.json', 'selection'],
      ['list.pkl', 'selection'],
    ];
    const random = new Random(seed);
    const outcomes: Record<string, number> = {};
    for (let index = 0; index < cases; index++) {
      const [file, reader] = sources[index % sources.length];
      const content = file in lists ? Buffer.from(lists[file]) : pickled;
      const path = join(folder, file);
      const damaged = mutate(random, content);
      writeFileSync(path, damaged);
      try {
        await readers[reader](path);
        outcomes['read'] = (outcomes['read'] ?? 0) + 1;
      } catch (error) {
        const text = `case ${index}, seed ${seed}, ${file} by ${reader}: ${JSON.stringify(damaged.toString())}`;
        if (!isMsanetError(error)) throw new Error(text, { cause: error });
        expect(error.message, text).not.toMatch(/\n|undefined|\[object/);
        outcomes[error.code] = (outcomes[error.code] ?? 0) + 1;
      }
      writeFileSync(path, content);
    }
    // Both outcomes occur in numbers, so the damage is neither too light nor too heavy.
    expect(outcomes['read']).toBeGreaterThan(cases / 4);
    expect(outcomes['DATASET_INVALID']).toBeGreaterThan(cases / 40);
  },
);
