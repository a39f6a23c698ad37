import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset, type DatasetOptions } from '../../src/index.js';
import { classOfUcfName, parseClassIndex, parseUcfLine } from '../../src/datasets/ucf-lists.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { crlf, writeEmpty, writeTree } from './tree.js';

const folder = temporaryFolder();

/** Three classes, with the order and the odd case that UCF-101 has. */
const lists = {
  'classInd.txt': crlf(['1 HammerThrow', '2 Hammering', '3 HandstandPushups']),
  'trainlist01.txt': crlf([
    'HammerThrow/v_HammerThrow_g08_c01.avi 1',
    'HammerThrow/v_HammerThrow_g08_c02.avi 1',
    'Hammering/v_Hammering_g08_c01.avi 2',
    'HandstandPushups/v_HandStandPushups_g08_c01.avi 3',
  ]),
  'testlist01.txt': crlf([
    'HammerThrow/v_HammerThrow_g01_c01.avi',
    'Hammering/v_Hammering_g01_c01.avi',
    'HandstandPushups/v_HandStandPushups_g01_c01.avi',
  ]),
  'trainlist02.txt': crlf(['Hammering/v_Hammering_g01_c01.avi 2']),
  'testlist02.txt': crlf(['HammerThrow/v_HammerThrow_g08_c02.avi']),
  'trainlist03.txt': crlf(['Hammering/v_Hammering_g08_c01.avi 2']),
  'testlist03.txt': crlf(['HammerThrow/v_HammerThrow_g01_c01.avi']),
};

const clips = [
  'HammerThrow/v_HammerThrow_g01_c01',
  'HammerThrow/v_HammerThrow_g08_c01',
  'HammerThrow/v_HammerThrow_g08_c02',
  'Hammering/v_Hammering_g01_c01',
  'Hammering/v_Hammering_g08_c01',
  'HandstandPushups/v_HandStandPushups_g01_c01',
  'HandstandPushups/v_HandStandPushups_g08_c01',
];

const testIds = [
  'HammerThrow/v_HammerThrow_g01_c01',
  'Hammering/v_Hammering_g01_c01',
  'HandstandPushups/v_HandStandPushups_g01_c01',
];

/** A data set with its lists in one folder and its clips in another. */
function make(name: string, listFolder: string, paths: readonly string[]): string {
  const root = join(folder, name);
  const files = Object.entries(lists).map(([file, text]) => [join(listFolder, file), text]);
  writeTree(root, Object.fromEntries(files) as Record<string, string>);
  return writeEmpty(root, paths);
}

const read = (options: DatasetOptions) => readDataset('ucf101', options);

describe('readDataset of ucf101', () => {
  it('reads every split and part with labels from 0', async () => {
    const root = make(
      'plain',
      'ucfTrainTestlist',
      clips.map((clip) => `UCF-101/${clip}.avi`),
    );
    const test = await read({ root });
    expect(test.classes).toEqual(['HammerThrow', 'Hammering', 'HandstandPushups']);
    expect(test.split).toEqual({ part: 'test', number: 1 });
    expect(test.problems).toEqual([]);
    expect(test.clips.map(({ id }) => id)).toEqual(testIds);
    expect(test.clips[2]).toEqual({
      id: 'HandstandPushups/v_HandStandPushups_g01_c01',
      path: join(root, 'UCF-101/HandstandPushups/v_HandStandPushups_g01_c01.avi'),
      label: 2,
      className: 'HandstandPushups',
      index: 2,
    });
    expect(test.listFiles).toEqual([
      join(root, 'ucfTrainTestlist/classInd.txt'),
      join(root, 'ucfTrainTestlist/testlist01.txt'),
    ]);
    const train = await read({ root, part: 'train' });
    expect(train.clips.map(({ label }) => label)).toEqual([0, 0, 1, 2]);
    const all = await read({ root, part: 'all' });
    expect(all.clips.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(new Set(all.clips.map(({ id }) => id))).toEqual(new Set(clips));
    expect((await read({ root, split: 2 })).clips.map(({ id }) => id)).toEqual([clips[2]]);
    expect((await read({ root, split: 3, part: 'train' })).clips[0].id).toBe(clips[4]);
  });

  it.each([
    ['lists inside the root', 'root/ucfTrainTestlist', (clip: string) => `root/${clip}.avi`],
    ['lists beside the root', 'ucfTrainTestlist', (clip: string) => `root/${clip}.avi`],
    ['lists in the root itself', 'root', (clip: string) => `root/videos/${clip}.avi`],
    ['lists of MMAction2', 'root/annotations', (clip: string) => `root/videos/${clip}.avi`],
    [
      'lists in an archive of their own',
      'root/UCF101TrainTestSplits-RecognitionTask/ucfTrainTestlist',
      (clip: string) => `root/UCF-101/${clip}.avi`,
    ],
    ['re-encoded clips', 'root/lists', (clip: string) => `root/${clip}.mp4`],
    ['frames', 'root/lists', (clip: string) => `root/rawframes/${clip}/img_00001.jpg`],
    ['doubled folders', 'root/lists', (clip: string) => `root/${clip.split('/')[0]}/${clip}.avi`],
    ['clips side by side', 'root/lists', (clip: string) => `root/all/${clip.split('/')[1]}.avi`],
    [
      'frames side by side',
      'lists',
      (clip: string) => `root/${clip.split('/')[1]}/image_00001.jpg`,
    ],
    [
      'clips moved into train and test',
      'root/lists',
      (clip: string) => `root/${clip.includes('g01') ? 'test' : 'train'}/${clip}.avi`,
    ],
    [
      'a class folder in the case of its files',
      'root/lists',
      (clip: string) => `root/${clip.replace('HandstandPushups/', 'HandStandPushups/')}.avi`,
    ],
    [
      'files in the case of their class',
      'root/lists',
      (clip: string) => `root/${clip.replace('v_HandStand', 'v_Handstand')}.avi`,
    ],
  ])('finds %s', async (name, listFolder, place) => {
    const root = join(make(name.replaceAll(' ', '-'), listFolder, clips.map(place)), 'root');
    const { clips: found, problems } = await read({ root });
    expect(problems).toEqual([]);
    expect(found.map(({ id }) => id)).toEqual(testIds);
    const path = place(testIds[1]).replace(/\/im[^/]*$/, '');
    expect(found[1].path).toBe(join(root, '..', path));
  });

  it('prefers videos to frames', async () => {
    const paths = clips.flatMap((clip) => [
      `rawframes/${clip}/img_00001.jpg`,
      `videos/${clip}.avi`,
    ]);
    const root = make('both', 'annotations', paths);
    expect((await read({ root })).clips[0].path).toBe(join(root, `videos/${testIds[0]}.avi`));
    const frames = await read({ root: join(root, 'rawframes') });
    expect(frames.clips[0].path).toBe(join(root, 'rawframes', testIds[0]));
  });

  it('reads the same layout as demo-actions, whatever the classes', async () => {
    const root = writeTree(join(folder, 'demo'), {
      'ucfTrainTestlist/classInd.txt': '1 SitDown\n2 StandUp\n',
      'ucfTrainTestlist/testlist01.txt': 'SitDown/v_SitDown_g01_c01.avi\n',
      'videos/SitDown/v_SitDown_g01_c01.avi': '',
    });
    const dataset = await readDataset('demo-actions', { root });
    expect(dataset).toMatchObject({ id: 'demo-actions', classes: ['SitDown', 'StandUp'] });
    expect(dataset.clips).toHaveLength(1);
  });

  it('lists what is missing and malformed, and keeps every other index', async () => {
    const root = writeTree(join(folder, 'odd'), {
      'list/classInd.txt': '\ufeff2 B\n\n1 A\n',
      'list/trainlist1.txt': [
        'A/v_A_g01_c01.avi 1',
        'A/gone.avi 1   ',
        '   ',
        '/',
        'C/v_C_g01_c01.avi',
        'A/v_A_g01_c02.avi 2',
        'A/v_A_g01_c01.avi 1',
        'B/x.avi 7',
        'v_B_g01_c01.avi 2',
        'v_B_g01_c02.avi',
        'A\\v_A_g01_c02.avi\t1',
      ].join('\r'),
      'A/v_A_g01_c01.avi': '',
      'A/v_A_g01_c02.avi': '',
      'B/v_B_g01_c01.avi': '',
      'B/v_B_g01_c02.avi': '',
    });
    const { clips: found, problems } = await read({ root, part: 'train' });
    expect(found.map(({ id, label, index }) => [id, label, index])).toEqual([
      ['A/v_A_g01_c01', 0, 0],
      ['B/v_B_g01_c01', 1, 7],
      ['B/v_B_g01_c02', 1, 8],
      ['A/v_A_g01_c02', 0, 9],
    ]);
    expect(problems.map(({ id, kind }) => [kind, id])).toEqual([
      ['missing', 'A/gone'],
      ['malformed-line', 'trainlist1.txt:4'],
      ['unknown-class', 'trainlist1.txt:5'],
      ['unknown-class', 'trainlist1.txt:6'],
      ['duplicate', 'A/v_A_g01_c01'],
      ['unknown-class', 'trainlist1.txt:8'],
    ]);
  });

  it('takes the folder of the lists where it is named', async () => {
    const root = make(
      'far',
      'elsewhere/deep/er',
      clips.map((clip) => `root/${clip}.avi`),
    );
    const list = join(root, 'elsewhere/deep/er');
    expect((await read({ root: join(root, 'root'), list })).clips).toHaveLength(3);
    await expect(read({ root: join(root, 'root') })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('classInd.txt') as string,
    });
  });

  it('refuses roots and options with one sentence', async () => {
    const root = make('bare', 'ucfTrainTestlist', []);
    await expect(read({ root })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(/got none \(3 problems; the first: HammerThrow\/v_/) as string,
    });
    const missing = read({ root: join(folder, 'nowhere') });
    await expect(missing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const file = read({ root: join(root, 'ucfTrainTestlist/classInd.txt') });
    await expect(file).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    const split = read({ root, split: 4 as 1 });
    await expect(split).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const unknown = readDataset('kinetics', { root });
    await expect(unknown).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const gaps = writeTree(join(folder, 'gaps'), { 'list/classInd.txt': '1 A\n3 B\n' });
    await expect(read({ root: gaps })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('no class number 2') as string,
    });
    const noList = writeTree(join(folder, 'no-list'), { 'list/classInd.txt': '1 A\n' });
    await expect(read({ root: noList })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringContaining('testlist01.txt') as string,
    });
  });
});

describe('lines of the lists', () => {
  it('are read with and without label and folder', () => {
    const clip = { folder: 'A', stem: 'v_A_g01_c01' };
    expect(parseUcfLine('A/v_A_g01_c01.avi')).toEqual(clip);
    expect(parseUcfLine('A/v_A_g01_c01.avi 12')).toEqual({ ...clip, label: 12 });
    expect(parseUcfLine('./UCF-101/A/v_A_g01_c01')).toEqual(clip);
    expect(parseUcfLine('two words.avi')).toEqual({ stem: 'two words' });
    expect(parseUcfLine('..')).toBeUndefined();
  });

  it('tell the class of an official name', () => {
    expect(classOfUcfName('v_YoYo_g25_c05')).toBe('YoYo');
    expect(classOfUcfName('YoYo')).toBeUndefined();
  });

  it('number classes from 1, or not at all', () => {
    const lines = (...texts: string[]) => texts.map((text) => ({ text, where: '' }));
    expect(parseClassIndex(lines('2 B', '1 A'))).toEqual(['A', 'B']);
    expect(parseClassIndex(lines('walk', 'run'))).toEqual(['walk', 'run']);
    expect(parseClassIndex(lines('0 A', '1 B'))).toBe('no class number 1');
    expect(parseClassIndex(lines('A', 'A'))).toBe('the class A twice');
    expect(parseClassIndex([])).toBe('no class');
  });
});
