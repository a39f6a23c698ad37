import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames, probeVideo } from '@msanet/video';
import { generateDemoActions, renderDemoClip } from '../../src/index.js';

const part = { classes: ['SitDown', 'WaveHand'], groups: [1, 9], clipsPerGroup: 1, seed: 7 };
const ids = ['SitDown', 'WaveHand'].flatMap((name) =>
  ['01', '09'].map((group) => `v_${name}_g${group}_c01`),
);

let folder: string;
let whole: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-demo-actions-'));
  whole = join(folder, 'whole');
  await generateDemoActions({ root: whole, ...part });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function videoOf(root: string, id: string): string {
  return join(root, 'videos', id.split('_')[1], `${id}.avi`);
}

async function listOf(root: string, name: string): Promise<string> {
  return readFile(join(root, 'ucfTrainTestlist', name), 'latin1');
}

describe('generateDemoActions', () => {
  it("writes UCF-101's layout", async () => {
    expect((await readdir(whole)).sort()).toEqual([
      'demo-actions.json',
      'ucfTrainTestlist',
      'videos',
    ]);
    expect((await readdir(join(whole, 'videos'))).sort()).toEqual(['SitDown', 'WaveHand']);
    expect((await readdir(join(whole, 'ucfTrainTestlist'))).sort()).toEqual([
      'classInd.txt',
      ...[1, 2, 3].map((split) => `testlist0${split}.txt`),
      ...[1, 2, 3].map((split) => `trainlist0${split}.txt`),
    ]);
    for (const id of ids) expect((await stat(videoOf(whole, id))).size).toBeGreaterThan(10_000);
  });

  it('lists the clips that are there, with labels that stay', async () => {
    expect(await listOf(whole, 'testlist01.txt')).toBe(
      'SitDown/v_SitDown_g01_c01.avi\r\nWaveHand/v_WaveHand_g01_c01.avi\r\n',
    );
    expect(await listOf(whole, 'trainlist01.txt')).toBe(
      'SitDown/v_SitDown_g09_c01.avi 10\r\nWaveHand/v_WaveHand_g09_c01.avi 14\r\n',
    );
    expect(await listOf(whole, 'classInd.txt')).toMatch(/^1 CloseArms\r\n[^]*\r\n14 WaveHand\r\n$/);
  });

  it('writes 320 × 240 at 25 frames per second, 2 to 4 seconds, close to what was painted', async () => {
    for (const id of [ids[0], ids[3]]) {
      const path = videoOf(whole, id);
      const info = await probeVideo(path);
      expect(info).toMatchObject({ width: 320, height: 240, frameRate: 25, codec: 'mpeg4' });
      const { frames } = await decodeFrames(path, (count) =>
        Array.from({ length: count }, (_, index) => index),
      );
      expect(frames.shape[0] / 25).toBeGreaterThanOrEqual(2);
      expect(frames.shape[0] / 25).toBeLessThanOrEqual(4);
      const [, className, group] = id.split('_');
      const painted = renderDemoClip({
        seed: 7,
        className,
        group: Number(group.slice(1)),
        clip: 1,
      });
      expect(frames.shape).toEqual(painted.shape);
      let squares = 0;
      for (let index = 0; index < painted.data.length; index++) {
        squares += (painted.data[index] - frames.data[index]) ** 2;
      }
      const psnr = 10 * Math.log10(255 ** 2 / (squares / painted.data.length));
      expect(psnr, id).toBeGreaterThan(28);
    }
  });

  it('writes the same bytes again, in another order and for a part', async () => {
    const again = join(folder, 'again');
    await generateDemoActions({ root: again, seed: 7, only: [ids[3]] });
    await generateDemoActions({ root: again, ...part, clipsPerGroup: 1, classes: ['SitDown'] });
    expect(await listOf(again, 'trainlist01.txt')).toBe(await listOf(whole, 'trainlist01.txt'));
    for (const id of [ids[0], ids[1], ids[3]]) {
      const [first, second] = await Promise.all(
        [whole, again].map((r) => readFile(videoOf(r, id))),
      );
      expect(first.equals(second), id).toBe(true);
    }
  });

  it('keeps what is there, and makes what is missing', async () => {
    const before = await stat(videoOf(whole, ids[0]));
    const lost = videoOf(whole, ids[2]);
    const bytes = await readFile(lost);
    await rm(lost);
    const seen: string[] = [];
    const result = await generateDemoActions({
      root: whole,
      ...part,
      onProgress: ({ id, done, total }) => seen.push(`${id} ${done}/${total}`),
    });
    expect(result).toEqual({ root: whole, made: 1, kept: 3 });
    expect(seen).toEqual(ids.map((id, index) => `${id} ${index + 1}/4`));
    expect((await readFile(lost)).equals(bytes)).toBe(true);
    expect((await stat(videoOf(whole, ids[0]))).mtimeMs).toBe(before.mtimeMs);
  });

  it('leaves only whole files when it is interrupted, and goes on from there', async () => {
    const root = join(folder, 'interrupted');
    const abort = new AbortController();
    const interrupted = generateDemoActions({
      root,
      ...part,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await readdir(join(root, 'videos', 'SitDown'))).toEqual([`${ids[0]}.avi`]);
    const rest = await generateDemoActions({ root, ...part, groups: [1], classes: ['SitDown'] });
    expect(rest).toMatchObject({ made: 0, kept: 1 });
  });

  it('never mixes seeds, and touches no folder of another kind', async () => {
    await expect(generateDemoActions({ root: whole, ...part, seed: 8 })).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
    await writeFile(join(folder, 'thesis.txt'), 'mine');
    await expect(generateDemoActions({ root: folder, ...part })).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
  });
});
