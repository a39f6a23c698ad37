import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrom } from '@msanet/core';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxVictim, readManifest } from '../src/index.js';
import { fixtures } from './support/golden.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-manifest-'));
  await copyFile(join(fixtures, 'clips-17.onnx'), join(folder, 'clips.onnx'));
  await writeFile(join(folder, 'names.txt'), 'run\r\njump\n\nswim\nclimb\nride\nfly\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function written(content: unknown): Promise<string> {
  const path = join(folder, 'manifest.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const whole = {
  model: 'clips.onnx',
  labels: 'names.txt',
  layout: 'ntchw',
  batch: 2,
  frames: 4,
  height: 20,
  width: 24,
  sampling: 'dense',
  stride: 3,
  shortSide: 30,
};
const victimFrom = (options: object) =>
  createFrom(onnxVictim, { get: <T>() => new ReferenceRuntime() as T }, options);

describe('a manifest', () => {
  it('says all that a model file does not, by paths beside it', async () => {
    const victim = await victimFrom({ manifest: await written(whole) });
    expect(victim.labels).toEqual(['run', 'jump', 'swim', 'climb', 'ride', 'fly']);
    expect(victim.input).toEqual({ frames: 4, height: 20, width: 24 });
    expect(victim.geometry).toEqual({ shortSide: 30 });
    expect(victim.sampling.indices(100)).toEqual([45, 48, 51, 54]);
  });

  it('yields to options', async () => {
    const labels = ['a', 'b', 'c', 'd', 'e', 'f'];
    const victim = await victimFrom({ manifest: await written(whole), labels, height: 32 });
    expect(victim.labels).toEqual(labels);
    expect(victim.input).toEqual({ frames: 4, height: 32, width: 24 });
  });

  it('may list the labels itself', async () => {
    expect(await readManifest(await written({ labels: ['a', 'b'] }))).toEqual({
      labels: ['a', 'b'],
    });
  });

  it.each([
    { case: 'no JSON', content: '{', says: /manifest\.json: expected JSON/ },
    {
      case: 'an unknown field',
      content: { colour: 'rgb' },
      says: /only the fields model, labels, layout, .*, got colour/,
    },
    { case: 'a layout of no name', content: { layout: 'nchw' }, says: /manifest\.json, layout/ },
    { case: 'a mean without std', content: { mean: [0, 0, 0] }, says: /mean and std together/ },
    { case: 'a stride for segments', content: { stride: 2 }, says: /a stride only for dense/ },
    {
      case: 'a number in letters',
      content: { mean: ['a', 0, 0], std: [1, 1, 1] },
      says: /mean\.0/,
    },
  ])('with $case is refused', async ({ content, says }) => {
    const read = readManifest(await written(content));
    await expect(read).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(read).rejects.toThrow(says);
  });

  it('that is not there is named, and so are its labels', async () => {
    await expect(readManifest(join(folder, 'none.json'))).rejects.toThrow(/none\.json/);
    const path = await written({ labels: 'none.txt' });
    await expect(readManifest(path)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('or an option has to name the model', async () => {
    const manifest = await written({ layout: 'ntchw' });
    await expect(victimFrom({ manifest })).rejects.toThrow(/manifest\.json names none either/);
    await expect(victimFrom({})).rejects.toThrow(
      /option model: expected an ONNX file, got nothing/,
    );
  });
});
