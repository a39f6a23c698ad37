import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../src/index.js';
import { parseHmdbLine } from '../../src/datasets/hmdb51.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeEmpty, writeTree } from './tree.js';

const folder = temporaryFolder();

/** Names as HMDB-51 has them, with the space that ends its lines. */
const names = {
  clap: [
    '#20_Rhythm_clap_u_nm_np1_fr_goo_0.avi',
    'Song!_(live)_[HQ]_clap_u_cm_np1_le_med_1.avi',
    'a;b&c+d@e~f_clap_f_nm_np2_ba_bad_2.avi',
    'unused_clap_u_nm_np1_fr_goo_0.avi',
  ],
  climb: ['rock_climb_f_cm_np1_ba_med_3.avi'],
  climb_stairs: ['Mr._Smith_climb_stairs_f_cm_np1_ba_med_3.avi'],
};

const splitFiles = {
  'clap_test_split1.txt': `${names.clap[0]} 1 \r\n${names.clap[1]} 2 \r\n${names.clap[2]} 2 \r\n${names.clap[3]} 0 \r\n`,
  'climb_test_split1.txt': `${names.climb[0]} 2`,
  'climb_stairs_test_split1.txt': `${names.climb_stairs[0]} 2 \n\n`,
  'clap_test_split2.txt': `${names.clap[0]} 2 \n`,
};

function make(name: string, listFolder: string, place: (className: string) => string): string {
  const root = join(folder, name);
  const lists = Object.entries(splitFiles).map(([file, text]) => [join(listFolder, file), text]);
  writeTree(root, Object.fromEntries(lists) as Record<string, string>);
  const paths = Object.entries(names).flatMap(([className, files]) =>
    files.map((file) => `${place(className)}/${file}`),
  );
  return writeEmpty(root, paths);
}

describe('readDataset of hmdb51', () => {
  it('takes tag 1 for training, 2 for test, and 0 for neither', async () => {
    const root = make('tags', 'testTrainMulti_7030_splits', (name) => `hmdb51_org/${name}`);
    const test = await readDataset('hmdb51', { root });
    expect(test.classes).toEqual(['clap', 'climb', 'climb_stairs']);
    expect(test.problems).toEqual([]);
    expect(test.clips.map(({ id, label, index }) => [id, label, index])).toEqual([
      ['clap/Song!_(live)_[HQ]_clap_u_cm_np1_le_med_1', 0, 0],
      ['clap/a;b&c+d@e~f_clap_f_nm_np2_ba_bad_2', 0, 1],
      ['climb/rock_climb_f_cm_np1_ba_med_3', 1, 2],
      ['climb_stairs/Mr._Smith_climb_stairs_f_cm_np1_ba_med_3', 2, 3],
    ]);
    expect(test.clips[1].path).toBe(join(root, 'hmdb51_org/clap', names.clap[2]));
    const train = await readDataset('hmdb51', { root, part: 'train' });
    expect(train.clips.map(({ id }) => id)).toEqual(['clap/#20_Rhythm_clap_u_nm_np1_fr_goo_0']);
    expect((await readDataset('hmdb51', { root, part: 'all' })).clips).toHaveLength(6);
    const second = await readDataset('hmdb51', { root, split: 2 });
    expect(second.clips.map(({ id }) => id)).toEqual(['clap/#20_Rhythm_clap_u_nm_np1_fr_goo_0']);
  });

  it.each([
    ['archives unpacked into folders of their own', (name: string) => `hmdb51_org/${name}/${name}`],
    ['class folders in the root', (name: string) => name],
    ['no class folders', () => 'videos'],
  ])('finds %s', async (name, place) => {
    const root = make(name.replaceAll(' ', '-'), 'splits', place);
    const { clips, problems } = await readDataset('hmdb51', { root });
    expect(problems).toEqual([]);
    expect(clips[2].path).toBe(join(root, place('climb'), names.climb[0]));
    expect(clips).toHaveLength(4);
  });

  it('lists malformed lines, and never mistakes part of a name for a tag', async () => {
    const root = writeTree(join(folder, 'malformed'), {
      'splits/a_test_split1.txt': 'x 2.avi 1\nx 2.avi 3\n2\nsub/x.avi 2\ny.avi 2\ny.avi 2\nz.avi 2',
      'a/x 2.avi': '',
      'a/y.avi': '',
    });
    const { clips, problems } = await readDataset('hmdb51', { root, part: 'all' });
    expect(clips.map(({ id, index }) => [id, index])).toEqual([
      ['a/x 2', 0],
      ['a/y', 1],
    ]);
    expect(problems.map(({ kind, id }) => [kind, id])).toEqual([
      ['malformed-line', 'a_test_split1.txt:2'],
      ['malformed-line', 'a_test_split1.txt:3'],
      ['malformed-line', 'a_test_split1.txt:4'],
      ['duplicate', 'a/y'],
      ['missing', 'a/z'],
    ]);
  });

  it('says which split files are missing', async () => {
    const root = make('third', 'splits', (name) => name);
    await expect(readDataset('hmdb51', { root, split: 3 })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('<class>_test_split3.txt') as string,
    });
  });
});

describe('parseHmdbLine', () => {
  it('gives back every name and tag', () => {
    const name = fc.stringMatching(/^[!#;&()[\]~@+ \w.-]*[!#;&()[\]~@+\w-]$/);
    const space = fc.constantFrom(' ', '  ', '\t');
    const tag = fc.constantFrom(0, 1, 2);
    fc.assert(
      fc.property(name, tag, space, space, (text, number, before, after) => {
        const stem = text.trimStart();
        const line = `${text}.avi${before}${number}${after}`;
        expect(parseHmdbLine(line)).toEqual({ stem, tag: number });
      }),
      { seed: 51, numRuns: 2000 },
    );
  });
});
