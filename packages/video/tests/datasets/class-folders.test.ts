import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../src/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeEmpty } from './tree.js';

const folder = temporaryFolder();
const ids = (clips: readonly { id: string; label: number }[]) =>
  clips.map(({ id, label }) => `${label} ${id}`);

describe('readDataset of folders', () => {
  it('takes videos and folders of frames, and leaves everything else', async () => {
    const root = writeEmpty(join(folder, 'plain'), [
      'run/b.mp4',
      'run/a.AVI',
      'run/notes.txt',
      'run/.hidden.avi',
      'jump/clip/img_00001.jpg',
      'jump/empty/readme.md',
      'doc/readme.md',
      'dive/dive/c.avi',
      'readme.md',
    ]);
    const { classes, clips, problems, split, listFiles } = await readDataset('folders', { root });
    expect(classes).toEqual(['dive', 'jump', 'run']);
    expect(ids(clips)).toEqual(['0 dive/c', '1 jump/clip', '2 run/a', '2 run/b']);
    expect(clips[0].path).toBe(join(root, 'dive/dive/c.avi'));
    expect(problems.map(({ kind, id }) => [kind, id])).toEqual([['empty', 'doc']]);
    expect(split).toEqual({ part: 'all' });
    expect(listFiles).toEqual([]);
  });

  it('takes the parts from folders of their names, with the same labels in both', async () => {
    const root = writeEmpty(join(folder, 'parts'), [
      'train/a/1.avi',
      'train/b/2.avi',
      'val/b/3.avi',
      'val/c/4.avi',
    ]);
    const read = async (part: 'train' | 'test' | 'all') =>
      ids((await readDataset('folders', { root, part })).clips);
    expect(await read('train')).toEqual(['0 a/1', '1 b/2']);
    expect(await read('test')).toEqual(['1 b/3', '2 c/4']);
    expect(await read('all')).toEqual(['0 a/1', '1 b/2', '1 b/3', '2 c/4']);
    expect((await readDataset('folders', { root })).split).toEqual({ part: 'test' });
  });

  it('follows labels, in any case, and lists what they lack', async () => {
    const root = writeEmpty(join(folder, 'labels'), ['Run/1.avi', 'jump/1.avi', 'other/1.avi']);
    const dataset = await readDataset('folders', { root, labels: ['run', 'sit', 'jump'] });
    expect(ids(dataset.clips)).toEqual(['0 run/1', '2 jump/1']);
    expect(dataset.problems.map(({ kind, id }) => [kind, id])).toEqual([
      ['unknown-class', 'other'],
    ]);
  });

  it('refuses a part or split that is not there, and a root without clips', async () => {
    const root = writeEmpty(join(folder, 'whole'), ['a/1.avi']);
    const train = readDataset('folders', { root, part: 'train' });
    await expect(train).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    const split = readDataset('folders', { root, split: 2 });
    await expect(split).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const bare = readDataset('folders', { root: join(root, 'a') });
    await expect(bare).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });

  it('names a clip once where two files have its name', async () => {
    const root = writeEmpty(join(folder, 'twice'), ['a/1.avi', 'a/1.mp4']);
    const { clips, problems } = await readDataset('folders', { root });
    expect(clips.map(({ path }) => path)).toEqual([join(root, 'a/1.avi')]);
    expect(problems).toMatchObject([{ kind: 'duplicate', id: 'a/1' }]);
  });
});
