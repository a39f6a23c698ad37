import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDataset, type DatasetOptions } from '../../src/index.js';
import { listColumns, splitCsvLine } from '../../src/datasets/csv-line.js';
import { parseListLine } from '../../src/datasets/list-line.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeEmpty, writeTree } from './tree.js';

const folder = temporaryFolder();
const root = writeEmpty(join(folder, 'ucf101'), [
  'videos/A/v_A_g01_c01.avi',
  'videos/B/v_B_g01_c01.avi',
  'rawframes/A/v_A_g01_c01/img_00001.jpg',
  'rawframes/B/v_B_g01_c01/image_00001.jpg',
]);
let count = 0;

async function read(text: string, options: Partial<DatasetOptions> = {}) {
  const list = join(folder, `list${count++}.txt`);
  writeTree(folder, { [list.slice(folder.length)]: text });
  return readDataset('list', { root, list, ...options });
}

const facts = ({ clips }: Awaited<ReturnType<typeof read>>) =>
  clips.map(({ id, label, frames, path }) => [id, label, frames, path.slice(root.length + 1)]);

describe('readDataset of list', () => {
  it('reads the lists of TSM and of MMAction2 for frames', async () => {
    const dataset = await read('A/v_A_g01_c01 120 0\r\nB/v_B_g01_c01 98 1\r\n');
    expect(facts(dataset)).toEqual([
      ['A/v_A_g01_c01', 0, 120, 'rawframes/A/v_A_g01_c01'],
      ['B/v_B_g01_c01', 1, 98, 'rawframes/B/v_B_g01_c01'],
    ]);
    expect(dataset.classes).toEqual(['A', 'B']);
    expect(dataset.split).toEqual({ part: 'all' });
  });

  it('reads the lists of TDN and of MMAction2 for videos', async () => {
    expect(facts(await read('A/v_A_g01_c01.avi 0\nB/v_B_g01_c01.mp4 1'))).toEqual([
      ['A/v_A_g01_c01', 0, undefined, 'videos/A/v_A_g01_c01.avi'],
      ['B/v_B_g01_c01', 1, undefined, 'videos/B/v_B_g01_c01.avi'],
    ]);
  });

  it('reads tables and commas', async () => {
    const table = await read('path,duration,target\nA/v_A_g01_c01,165,0\n"B/v_B_g01_c01",7,1\n');
    expect(table.clips.map(({ label, frames }) => [label, frames])).toEqual([
      [0, 165],
      [1, 7],
    ]);
    const kinetics = await read('path,gt_label,clip_index\nA/v_A_g01_c01.mp4,0,-1\n');
    expect(facts(kinetics)).toEqual([['A/v_A_g01_c01', 0, undefined, 'videos/A/v_A_g01_c01.avi']]);
    expect((await read('A/v_A_g01_c01.avi, 1')).clips[0].label).toBe(1);
  });

  it('finds the paths of other machines', async () => {
    const { clips, problems } = await read(
      '/ssd/video/UCF/A/v_A_g01_c01 5 0\nC:\\data\\B\\v_B_g01_c01.avi 1\n',
    );
    expect(problems).toEqual([]);
    expect(clips.map(({ id }) => id)).toEqual(['A/v_A_g01_c01', 'B/v_B_g01_c01']);
    const exact = await read(`${root}/videos/A/v_A_g01_c01.avi 0`);
    expect(exact.clips[0].path).toBe(join(root, 'videos/A/v_A_g01_c01.avi'));
  });

  it('names classes by labels, by folders, or by numbers', async () => {
    const lines = 'A/v_A_g01_c01.avi 2\nB/v_B_g01_c01.avi 0';
    expect((await read(lines, { labels: ['x', 'y', 'z'] })).clips[0].className).toBe('z');
    expect((await read(lines)).classes).toEqual(['B', 'class 1', 'A']);
    const mixed = await read('A/v_A_g01_c01.avi 0\nB/v_B_g01_c01.avi 0');
    expect(mixed.classes).toEqual(['class 0']);
    const unlabelled = await read('B/v_B_g01_c01.avi', { labels: ['A', 'B'] });
    expect(unlabelled.clips[0].label).toBe(1);
  });

  it('keeps clips apart whose ends agree, and lists what it cannot use', async () => {
    const { clips, problems } = await read(
      ['/x/A/v_A_g01_c01.avi 0', '/y/A/v_A_g01_c01.avi 0', '/x/A/v_A_g01_c01.avi 0', '17', ''].join(
        '\n',
      ),
    );
    expect(clips.map(({ id }) => id)).toEqual(['A/v_A_g01_c01', '/y/A/v_A_g01_c01']);
    expect(problems.map(({ kind }) => kind)).toEqual(['malformed-line', 'duplicate']);
    const high = await read('A/v_A_g01_c01.avi 0\nB/v_B_g01_c01.avi 999999999\nC/gone.avi 1');
    expect(high.problems.map(({ kind }) => kind)).toEqual(['unknown-class', 'missing']);
  });

  it('speaks up where labels count from 1', async () => {
    const list = read('A/v_A_g01_c01.avi 1\nB/v_B_g01_c01.avi 2', { labels: ['A', 'B'] });
    await expect(list).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('count classes from 0') as string,
    });
  });

  it('refuses no list, an empty one and a binary one', async () => {
    await expect(readDataset('list', { root })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(read('\n \n')).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    await expect(read('a\0b 1')).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    await expect(read('x'.repeat(9000))).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    const gone = readDataset('list', { root, list: join(folder, 'gone.txt') });
    await expect(gone).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const place = readDataset('list', { root, list: folder });
    await expect(place).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });
});

describe('parseListLine', () => {
  const word = fc.stringMatching(/^[a-z!#()_-]{1,6}( [a-z]{1,4})?$/);
  const number = fc.nat({ max: 999_999 });
  const space = fc.constantFrom(' ', '\t', '  ', ',', ' , ');

  it('gives back paths with spaces, frames and labels', () => {
    fc.assert(
      fc.property(word, word, number, number, space, (a, b, frames, label, gap) => {
        const path = `${a}/${b}`;
        expect(parseListLine(`${path}${gap}${frames}${gap}${label}`)).toEqual({
          path,
          frames,
          label,
        });
        expect(parseListLine(`${path}${gap}${label}`)).toEqual({ path, label });
        // A video's name ends with its extension, so a number before it is part of the name.
        const video = `${path} ${frames}.mp4`;
        expect(parseListLine(`${video}${gap}${label}`)).toEqual({ path: video, label });
        expect(parseListLine(video)).toEqual({ path: video });
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('reads the numbers of something-something', () => {
    expect(parseListLine('1234 40 17')).toEqual({ path: '1234', frames: 40, label: 17 });
    expect(parseListLine('17')).toEqual({ path: '17' });
  });
});

describe('splitCsvLine', () => {
  it('undoes the quoting of any fields', () => {
    const field = fc.stringMatching(/^[a-z",]{0,8}$/);
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
        const line = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        expect(splitCsvLine(line)).toEqual(fields);
      }),
      { seed: 8, numRuns: 2000 },
    );
  });

  it('finds the columns of published tables', () => {
    expect(listColumns('path,duration,target')).toEqual({ path: 0, frames: 1, label: 2 });
    expect(listColumns('label,video')).toEqual({ path: 1, label: 0 });
    expect(listColumns('A/v_A_g01_c01,165,0')).toBeUndefined();
    expect(listColumns('path')).toBeUndefined();
  });
});
