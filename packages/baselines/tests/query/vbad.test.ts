import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFrom } from '@msanet/core';
import { writeNpy } from '@msanet/tensor';
import { randomClips, recording, smoothVictim } from '@msanet/testkit';
import { vbad } from '@msanet/baselines';
import { scalePatches } from '../../src/query/patches.js';
import { noDependencies } from '../no-dependencies.js';
import { attackWith } from '../raw-result.js';

const size = { frames: 2, height: 6, width: 4 };
const length = 144;
const folder = mkdtempSync(join(tmpdir(), 'msanet-vbad-'));
afterAll(() => rmSync(folder, { recursive: true }));

function saved(name: string, shape: number[], values: Float32Array): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy({ dtype: 'float32', shape, data: values }));
  return path;
}

it('scales each frame by patches whose sides differ by at most one pixel', () => {
  const values = new Float32Array(length).fill(1);
  scalePatches(values, [1, 2, 3, 4, 5, 6, 7, 8], 2, size);
  const plane = [1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4, 3, 3, 4, 4];
  for (let channel = 0; channel < 3; channel++) {
    expect([...values.subarray(24 * channel, 24 * (channel + 1))]).toEqual(plane);
    const later = values.subarray(72 + 24 * channel, 72 + 24 * (channel + 1));
    expect([...later]).toEqual(plane.map((value) => value + 4));
  }
  const uneven = new Float32Array(3 * 5 * 7).fill(1);
  scalePatches(uneven, [0, 1, 2, 3, 4, 5, 6, 7, 8], 3, { frames: 1, height: 5, width: 7 });
  const counts = [...uneven.subarray(0, 35)].reduce((all, value) => {
    all[value] += 1;
    return all;
  }, new Array<number>(9).fill(0));
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
  expect(counts.reduce((sum, count) => sum + count)).toBe(35);
});

describe('vbad with a direction file', () => {
  const victim = smoothVictim({ classes: 4, size, seed: 61 });
  const clips = randomClips(1, size, 62);
  const direction = Float32Array.from({ length }, (_, at) => Math.sin(3 * at + 1) * 0.01);

  it('samples and steps along its signs, turned patch by patch', async () => {
    const recorded = recording(victim);
    const directionFile = saved('good.npy', [2, 3, 6, 4], direction);
    await attackWith(
      vbad,
      { directionFile, samples: 2, splits: 2, maxQueries: 12 },
      { victim: recorded, clips, budget: { norm: 'linf', epsilon: 1 / 255 } },
    );
    // The labels, the clean clip, and then in turn two samples and a result.
    const asked = recorded.questions.slice(2, -1).map((question) => question.clips.data);
    expect(asked.length).toBe(12);
    for (let first = 0; first < asked.length; first += 3) {
      const [above, below] = [asked[first], asked[first + 1]];
      const patches = new Map<number, number[]>();
      above.forEach((value, at) => {
        // Samples are cut off at the edges of the range.
        if (Math.min(value, below[at]) <= 0 || Math.max(value, below[at]) >= 1) return;
        const [row, column] = [Math.floor((at % 24) / 4), at % 4];
        const patch = 4 * Math.floor(at / 72) + 2 * Math.floor(row / 3) + Math.floor(column / 2);
        const weight = (value - below[at]) / (2 * 0.001 * Math.sign(direction[at]));
        patches.set(patch, [...(patches.get(patch) ?? []), weight]);
      });
      expect(patches.size).toBe(8);
      for (const weights of patches.values()) {
        // One weight per patch, up to what float32 resolves of a thousandth.
        expect(Math.max(...weights) - Math.min(...weights)).toBeLessThan(2e-4);
      }
    }
  });

  it.each([
    [
      'of another shape',
      () => saved('shape.npy', [1, 3, 6, 4], direction.subarray(0, 72)),
      /shape/,
    ],
    [
      'that is not finite',
      () =>
        saved(
          'nan.npy',
          [2, 3, 6, 4],
          direction.map(() => NaN),
        ),
      /finite/,
    ],
    ['that is not there', () => join(folder, 'none.npy'), /can be read/],
  ])('refuses a file %s', async (_, path, sentence) => {
    const budget = { norm: 'linf', epsilon: 0.1 } as const;
    const run = async (): Promise<unknown> =>
      attackWith(vbad, { directionFile: path() }, { victim, clips, budget });
    await expect(run()).rejects.toThrow(sentence);
    await expect(run()).rejects.toMatchObject({
      code: expect.stringMatching(/OPTION_INVALID|FILE_NOT_FOUND/),
    });
  });
});

it('draws a direction of its own at every step where no file is given', async () => {
  const attack = await createFrom(vbad, noDependencies, {});
  expect(attack.requires.inputGradient).toBe(false);
  const recorded = recording(smoothVictim({ classes: 4, size, seed: 63 }));
  const clips = randomClips(1, size, 64);
  await attackWith(
    vbad,
    { samples: 2, splits: 1, maxQueries: 6 },
    { victim: recorded, clips, budget: { norm: 'linf', epsilon: 1 / 255 } },
  );
  const asked = recorded.questions.slice(2, -1).map((question) => question.clips.data);
  const signs = [0, 3].map((first) =>
    asked[first].map((value, at) => Math.sign(value - asked[first + 1][at])),
  );
  const agreement = signs[0].reduce((sum, sign, at) => sum + sign * signs[1][at], 0) / length;
  expect(Math.abs(agreement)).toBeLessThan(0.35);
});
