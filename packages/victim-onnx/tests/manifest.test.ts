import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrom } from '@msanet/core';
import { Random, isMsanetError } from '@msanet/tensor';
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

async function written(content: unknown, name = 'manifest.json'): Promise<string> {
  const path = join(folder, name);
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

/** `whole` in YAML, with what YAML is chosen for. */
const wholeInYaml = `# Exported on a Tuesday.
model: clips.onnx
labels: names.txt   # one class a line
layout: ntchw
batch: &two 2
frames: 4
height: 20
width: 24
sampling: "dense"
stride: 3
shortSide: 30
`;

/** A few lines that stand for 10^9 values. */
const billionLaughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  .concat(
    Array.from('bcdefghi', (name, index) => {
      const before = 'abcdefgh'[index];
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
    }),
  )
  .join('\n');

describe('a manifest', () => {
  it('says all that a model file does not, by paths beside it', async () => {
    const victim = await victimFrom({ manifest: await written(whole) });
    expect(victim.labels).toEqual(['run', 'jump', 'swim', 'climb', 'ride', 'fly']);
    expect(victim.input).toEqual({ frames: 4, height: 20, width: 24 });
    expect(victim.geometry).toEqual({ shortSide: 30 });
    expect(victim.sampling.indices(100)).toEqual([45, 48, 51, 54]);
  });

  it.each(['manifest.yaml', 'manifest.YML'])('says the same in YAML, as %s', async (name) => {
    const inJson = await readManifest(await written(whole));
    expect(await readManifest(await written(wholeInYaml, name))).toEqual(inJson);
    const json = JSON.stringify(whole, null, 2);
    expect(await readManifest(await written(json, name))).toEqual(inJson);
    expect(await readManifest(await written('labels: [yes, no, on]', name))).toEqual({
      labels: ['yes', 'no', 'on'],
    });
    const repeated = 'mean: &grey [0.5, 0.5, 0.5]\nstd: *grey\n';
    expect(await readManifest(await written(repeated, name))).toEqual({
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    });
  });

  it.each([
    {
      case: 'an indentation of its own',
      content: 'layout: ntchw\nframes: 8\n  height: 20\n',
      says: /manifest\.yaml, line \d, column \d+: expected YAML, got [^\n]*; correct/,
    },
    {
      case: 'an open bracket',
      content: 'frames: 8\nlabels: [a, b\n',
      says: /manifest\.yaml, line 3, column 1: expected YAML/,
    },
    { case: 'a tab', content: 'a:\n\tb: 1\n', says: /line 2, column 1/ },
    {
      case: 'a field twice',
      content: 'frames: 8\nframes: 4\n',
      says: /line 2, column 1: .*unique/,
    },
    { case: 'two documents', content: 'frames: 8\n---\nframes: 4\n', says: /line 2/ },
    { case: 'a tag', content: 'frames: !!js/function "x"\n', says: /line 1, column 9/ },
    { case: 'an alias of nothing', content: 'mean: *other\n', says: /alias/i },
    { case: 'a list', content: '- 1\n', says: /expected fields by name/ },
    { case: 'nothing', content: '', says: /expected fields by name/ },
    { case: 'a field of JavaScript', content: '__proto__: {a: 1}\n', says: /__proto__/ },
    { case: 'a number for a label', content: 'labels: [1, 2]\n', says: /manifest\.yaml, labels/ },
    { case: 'a thousand million laughs', content: billionLaughs, says: /values by alias/ },
    { case: 'deep brackets', content: `labels: ${'['.repeat(20_000)}`, says: /manifest\.yaml/ },
    { case: 'too much of it', content: `# ${'x'.repeat(2 ** 20)}`, says: /1048576 characters/ },
  ])('in YAML with $case is refused', async ({ content, says }) => {
    const read = readManifest(await written(content, 'manifest.yaml'));
    await expect(read).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    await expect(read).rejects.toThrow(says);
    await expect(read).rejects.not.toThrow(/\n/);
  });

  it('damaged anywhere is read or refused with our error', async () => {
    const random = new Random(3);
    const pieces = ['&a ', '*a', '[', '{', '- ', ': ', '!!', '"', '|', '>', '\t', '\0', '%', '? '];
    for (let round = 0; round < 250; round++) {
      let text = wholeInYaml;
      for (let edits = 0; edits < 3; edits++) {
        const at = random.integer(text.length);
        text =
          text.slice(0, at) +
          pieces[random.integer(pieces.length)] +
          text.slice(at + random.integer(4));
      }
      const code = await readManifest(await written(text, 'damaged.yaml')).then(
        () => 'OPTION_INVALID',
        (error: unknown) => (isMsanetError(error) ? error.code : error),
      );
      expect(['OPTION_INVALID', 'FILE_NOT_FOUND'], JSON.stringify(text)).toContain(code);
    }
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
