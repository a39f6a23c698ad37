import { cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkDataset, readDataset, readInput, usableClips } from '../../src/index.js';
import { uniformSampling } from '../../src/index.js';
import { sharedDataPresent, sharedVideo, whenPresent } from '../support/shared-data.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeTree, writeVideos } from './tree.js';

const folder = temporaryFolder();
const good = ['A/v_A_g01_c01', 'A/v_A_g01_c02', 'B/v_B_g01_c01'];
const bad = ['A/cut', 'A/empty', 'A/gone', 'A/text', 'B/bare', 'B/picture'];

beforeAll(async () => {
  await writeVideos(
    join(folder, 'videos'),
    [...good, 'A/cut', 'A/gone'].map((id) => `${id}.avi`),
  );
  rmSync(join(folder, 'videos/source.mkv'));
  truncateSync(join(folder, 'videos/A/cut.avi'), 40);
  writeTree(join(folder, 'videos'), {
    'A/empty.avi': '',
    'A/text.avi': 'no video at all',
    'B/bare/readme.md': 'no frame',
    'B/picture/img_00001.jpg': 'no picture',
  });
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#208040' } });
  const jpeg = await image.jpeg().toBuffer();
  mkdirSync(join(folder, 'videos/B/frames'));
  for (const number of [1, 2, 3]) {
    writeFileSync(join(folder, `videos/B/frames/img_0000${number}.jpg`), jpeg);
  }
  const names = [...good.map((id) => `${id}.avi`), ...bad.map((id) => `${id}.avi`)];
  writeTree(folder, {
    'ucfTrainTestlist/classInd.txt': '1 A\r\n2 B\r\n',
    'ucfTrainTestlist/testlist01.txt': [...names, 'B/frames'].map((line) => `${line}\r\n`).join(''),
    'frames.txt': 'B/frames 5 1\nB/frames 3 1\n',
  });
});

describe('checkDataset', () => {
  it('lists what cannot be used in the order of the clips, with any number of workers', async () => {
    const dataset = await readDataset('ucf101', { root: join(folder, 'videos') });
    expect(dataset.problems).toEqual([]);
    rmSync(join(folder, 'videos/A/gone.avi'));
    const done: number[] = [];
    const problems = await checkDataset(dataset, {
      concurrency: 1,
      onProgress: (count, total) => done.push(count / total),
    });
    expect(problems.map(({ kind, id }) => [kind, id])).toEqual([
      ['undecodable', 'A/cut'],
      ['empty', 'A/empty'],
      ['missing', 'A/gone'],
      ['undecodable', 'A/text'],
      ['empty', 'B/bare'],
      ['undecodable', 'B/picture'],
    ]);
    expect(done).toHaveLength(10);
    expect(done.at(-1)).toBe(1);
    for (const concurrency of [3, 100, 0]) {
      expect(await checkDataset(dataset, { concurrency })).toEqual(problems);
    }
    const usable = usableClips(dataset.clips, problems);
    expect(usable.map(({ id }) => id)).toEqual([...good, 'B/frames']);
    for (const { path } of usable) {
      const request = {
        sampling: uniformSampling(3),
        geometry: { shortSide: 8 },
        input: { frames: 3, height: 8, width: 8 },
      };
      expect((await readInput(path, request)).source.frameCount).toBe(3);
    }
  });

  it('compares frames with the list, and lets the clip be used', async () => {
    const options = { root: join(folder, 'videos'), list: join(folder, 'frames.txt') };
    const dataset = await readDataset('list', options);
    const problems = await checkDataset(dataset);
    expect(problems).toEqual([
      { id: 'B/frames', kind: 'frame-count', detail: '3 frames, where the list says 5' },
    ]);
    expect(usableClips(dataset.clips, problems)).toHaveLength(1);
  });

  it('stops when it is told to', async () => {
    const dataset = await readDataset('ucf101', { root: join(folder, 'videos') });
    const controller = new AbortController();
    const check = checkDataset(dataset, {
      signal: controller.signal,
      concurrency: 2,
      onProgress: () => controller.abort(),
    });
    await expect(check).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it.skipIf(!sharedDataPresent)(`finds nothing wrong with real videos${whenPresent}`, async () => {
    const root = join(folder, 'real');
    for (const name of ['demo.mp4', 'test.avi', 'test.mp4']) {
      mkdirSync(join(root, name.slice(0, 4)), { recursive: true });
      cpSync(sharedVideo(name), join(root, name.slice(0, 4), name));
    }
    const dataset = await readDataset('folders', { root });
    expect(dataset.clips.map(({ id }) => id)).toEqual(['demo/demo', 'test/test']);
    expect(await checkDataset(dataset)).toEqual([]);
  });
});
