import { describe, expect, it } from 'vitest';
import {
  MsanetError,
  clipAt,
  copyClips,
  emptyClips,
  isOnGrid,
  selectClips,
  type Budget,
} from '@msanet/core';
import { refusal } from './refusal.js';
import { attacked } from './toy-attacks.js';
import { toyClips, toyVictim } from './toy-victim.js';

const budget: Budget = { norm: 'linf', epsilon: 8 / 255 };

describe('random streams', () => {
  const draws = async (seed: number, clips = toyClips(2)): Promise<number[]> => {
    const seen: number[] = [];
    await attacked(
      (context) => {
        context.criteria.forEach((_, clip) => seen.push(context.random(clip).uint32()));
        return context.clips;
      },
      { seed, clips },
    );
    return seen;
  };

  it('repeat with the seed, and differ by seed and clip', async () => {
    const [first, second] = await draws(1);
    expect(await draws(1)).toEqual([first, second]);
    expect(first).not.toBe(second);
    expect(await draws(2)).not.toContain(first);
  });

  it('belong to the clip, not to its place in the batch', async () => {
    const [first, second] = await draws(1);
    expect(await draws(1, selectClips(toyClips(2), [1]))).toEqual([second]);
    expect(await draws(1, selectClips(toyClips(2), [1, 0]))).toEqual([second, first]);
  });

  it('go on where they were', async () => {
    await attacked((context) => {
      expect(context.random(0)).toBe(context.random(0));
      return context.clips;
    });
  });
});

describe('projection and rounding for attacks', () => {
  it('are about the clip that each row is a version of', async () => {
    await attacked(
      (context) => {
        const rows = selectClips(context.clips, [1, 0, 1]);
        rows.data.forEach((_, index) => (rows.data[index] = 0.5));
        const projected = copyClips(rows);
        context.project(projected, [1, 0, 1]);
        context.round(rows, [1, 0, 1]);
        for (const [row, clip] of [1, 0, 1].entries()) {
          const clean = clipAt(context.clips, clip);
          for (const batch of [projected, rows]) {
            const values = clipAt(batch, row);
            const highest = Math.max(...values.map((value, at) => Math.abs(value - clean[at])));
            expect(highest).toBeLessThanOrEqual(8 / 255 + 1e-7);
          }
        }
        expect(isOnGrid(rows.data)).toBe(true);
        return context.clips;
      },
      { budget },
    );
  });
});

describe('an attack that breaks its contract', () => {
  it.each([
    ['no clips', undefined],
    ['fewer clips', emptyClips(1, toyVictim().input)],
    ['another size', emptyClips(2, { frames: 2, height: 3, width: 2 })],
    ['float64 values', { ...toyClips(2), data: new Float64Array(72) }],
    ['too few values', { ...toyClips(2), data: new Float32Array(71) }],
  ])('is found out: it returns %s', async (_, result) => {
    const error = await refusal(() => attacked(() => result as never));
    expect(error.code).toBe('ATTACK_FAILED');
    expect(error.message).toMatch(
      /^attack scripted: expected float32 clips of shape \(2, 2, 3, 2, 3\)/,
    );
  });

  it('is found out: it names a clip that there is not', async () => {
    await attacked(async (context) => {
      const picture = { dtype: 'float32', shape: [0], data: new Float32Array(0) } as const;
      const rows = copyClips(context.clips);
      const calls = [
        () => context.random(2),
        () => context.attach(-1, 'mask', picture),
        () => context.project(rows, [0, 7]),
        () => context.round(rows, [0, 7]),
        () => context.report({ step: 1, steps: 1, of: [2] }),
      ];
      for (const call of calls) expect((await refusal(call)).code).toBe('ATTACK_FAILED');
      return context.clips;
    });
  });

  it('keeps its own exceptions', async () => {
    const own = new MsanetError({
      code: 'someone/BROKEN',
      where: 'attack scripted',
      expected: 'luck',
      got: 'none',
      remedy: 'try again',
    });
    await expect(attacked(() => Promise.reject(own))).rejects.toBe(own);
    const bug = new RangeError('off by one');
    await expect(attacked(() => Promise.reject(bug))).rejects.toBe(bug);
  });
});
