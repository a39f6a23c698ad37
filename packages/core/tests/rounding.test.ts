import { describe, expect, it } from 'vitest';
import {
  fromLevels,
  isInsideBudget,
  isOnGrid,
  roundInsideBudget,
  toLevels,
  type Budget,
  type ClipSize,
} from '@msanet/core';
import { Random } from '@msanet/tensor';
import { measure } from './measure.js';

const size: ClipSize = { frames: 2, height: 2, width: 3 };
const length = 36;

function randomBudget(random: Random): Budget {
  const level = 1 / 255;
  switch (random.integer(5)) {
    case 0:
      return { norm: 'linf', epsilon: [0, 0.5, 1, 3.99, 8, 255][random.integer(6)] * level };
    case 1:
      return { norm: 'l2', epsilon: random.uniform(0, 60) * level };
    case 2:
      return { norm: 'l1', epsilon: random.uniform(0, 300) * level };
    case 3:
      return { norm: 'l0', pixels: random.integer(13) };
    default:
      return { norm: 'frames', frames: random.integer(3), epsilon: random.uniform(0, 20) * level };
  }
}

function cleanClip(random: Random): Float32Array {
  return fromLevels(
    Uint8Array.from({ length }, () =>
      random.integer(4) === 0 ? 255 * random.integer(2) : random.integer(256),
    ),
  );
}

/** Whole levels by which a clip differs from another, with sign. */
function levelChanges(clip: Float32Array, clean: Float32Array): Float32Array {
  const centres = toLevels(clean);
  return Float32Array.from(toLevels(clip), (level, index) => level - centres[index]);
}

/** Whether a change in whole levels fits the budget, by the definition of the norm. */
function fits(changes: Float32Array, budget: Budget): boolean {
  if (budget.norm === 'l0') return measure(changes, 'l0', size) <= budget.pixels;
  const reach = budget.epsilon * 255 + 1e-4;
  if (budget.norm === 'frames') {
    return (
      measure(changes, 'frames', size) <= budget.frames && measure(changes, 'linf', size) <= reach
    );
  }
  return measure(changes, budget.norm, size) <= reach;
}

describe('rounding inside a budget', () => {
  it('ends on the grid and inside, for every norm and any candidate', () => {
    const random = new Random(21);
    for (let round = 0; round < 2000; round++) {
      const budget = randomBudget(random);
      const clean = cleanClip(random);
      const spread = [0.002, 0.02, 0.5][random.integer(3)];
      const clip = clean.map((value) => value + spread * random.normal());
      roundInsideBudget(clip, clean, budget, size);
      const context = `round ${round}, ${JSON.stringify(budget)}`;
      expect(isOnGrid(clip), context).toBe(true);
      expect(fits(levelChanges(clip, clean), budget), context).toBe(true);
      expect(isInsideBudget(clip, clean, budget, size), context).toBe(true);
      const again = clip.slice();
      roundInsideBudget(again, clean, budget, size);
      expect(again, `${context}: rounding twice is rounding once`).toEqual(clip);
    }
  });

  it('linf: is the nearest level inside', () => {
    const random = new Random(22);
    for (const epsilon of [0, 1 / 255, 8 / 255, 0.0313, 0.5]) {
      const clean = cleanClip(random);
      const candidate = clean.map((value) => value + 0.1 * random.normal());
      const clip = candidate.slice();
      roundInsideBudget(clip, clean, { norm: 'linf', epsilon }, size);
      const centres = toLevels(clean);
      for (let index = 0; index < length; index++) {
        const inside = Array.from({ length: 256 }, (_, level) => level).filter(
          (level) => Math.abs(level - centres[index]) <= epsilon * 255 + 1e-9,
        );
        const nearest = Math.min(
          ...inside.map((level) => Math.abs(level / 255 - candidate[index])),
        );
        expect(Math.abs(clip[index] - candidate[index])).toBeCloseTo(nearest, 6);
      }
    }
  });

  it.each(['l1', 'l2'] as const)('%s: is the nearest level where that fits', (norm) => {
    const random = new Random(23);
    for (let round = 0; round < 50; round++) {
      const clean = cleanClip(random);
      const clip = clean.map((value) => Math.min(1, Math.max(0, value + 0.01 * random.normal())));
      const nearest = fromLevels(toLevels(clip));
      roundInsideBudget(clip, clean, { norm, epsilon: 30 }, size);
      expect(clip).toEqual(nearest);
    }
  });

  it.each(['l1', 'l2'] as const)(
    '%s: is as near as any choice between the level below and the level above',
    (norm) => {
      const random = new Random(24);
      const small: ClipSize = { frames: 1, height: 1, width: 3 };
      let bound = 0;
      for (let round = 0; round < 200; round++) {
        const clean = new Float32Array(9).fill(100 / 255);
        const magnitudes = Array.from({ length: 9 }, () =>
          random.uniform(0, norm === 'l1' ? 3 : 1),
        );
        // All but a little of the budget that the float perturbation uses.
        const delta = Float32Array.from(magnitudes, (value) => value / 255);
        const budget: Budget = { norm, epsilon: measure(delta, norm, small) * 1.0001 };
        const clip = clean.map((value, index) => value + delta[index]);
        roundInsideBudget(clip, clean, budget, small);
        const changes = levelChanges(clip, clean);
        const squared = (steps: ArrayLike<number>): number =>
          magnitudes.reduce((sum, value, index) => sum + (value - steps[index]) ** 2, 0);
        let best = Infinity;
        for (let choice = 0; choice < 2 ** 9; choice++) {
          const steps = Float32Array.from(
            magnitudes,
            (value, index) => Math.floor(value) + ((choice >> index) & 1),
          );
          if (fits(steps, budget)) best = Math.min(best, squared(steps));
        }
        const nearest = squared(magnitudes.map(Math.round));
        if (best > nearest + 1e-9) bound += 1;
        expect(squared(changes), `round ${round}`).toBeCloseTo(best, 3);
      }
      expect(bound, 'rounds in which the budget did bind').toBeGreaterThan(50);
    },
  );

  it.each(['l1', 'l2'] as const)(
    '%s: breaks ties instead of erasing an even perturbation',
    (norm) => {
      const clean = new Float32Array(length).fill(0.2);
      const delta = new Float32Array(length).fill(0.6 / 255);
      const budget: Budget = { norm, epsilon: measure(delta, norm, size) };
      const clip = clean.map((value, index) => value - delta[index]);
      roundInsideBudget(clip, clean, budget, size);
      const changes = levelChanges(clip, clean);
      // 36 · 0.6 whole levels fit the l1 ball, 36 · 0.36 the l2 ball.
      const expected = Math.floor(norm === 'l1' ? 36 * 0.6 : 36 * 0.36);
      expect(changes.filter((change) => change === -1).length).toBe(expected);
      expect(changes.filter((change) => change === 0).length).toBe(length - expected);
    },
  );

  it('l2: spends the budget where it buys most', () => {
    // Rounding 10.7 up costs 21 squared levels and gains 0.4, rounding 0.6 up costs 1 and gains 0.2, ten times over.
    const clean = new Float32Array(length).fill(0.2);
    const magnitudes = clean.map((_, index) => (index === 0 ? 10.7 : index <= 10 ? 0.6 : 0));
    const clip = clean.map((value, index) => value + magnitudes[index] / 255);
    roundInsideBudget(clip, clean, { norm: 'l2', epsilon: Math.sqrt(100 + 21.5) / 255 }, size);
    const expected = magnitudes.map((value, index) => (index === 0 ? 10 : Math.ceil(value)));
    expect(levelChanges(clip, clean)).toEqual(expected);
  });
});

describe('isInsideBudget', () => {
  const clean = new Float32Array(length).fill(100 / 255);
  const moved = (...levels: number[]): Float32Array =>
    clean.map((value, index) => (index < levels.length ? (100 + levels[index]) / 255 : value));

  it.each<[Budget, number[], boolean]>([
    [{ norm: 'linf', epsilon: 8 / 255 }, [8, -8, 3], true],
    [{ norm: 'linf', epsilon: 8 / 255 }, [9], false],
    [{ norm: 'linf', epsilon: 7.99 / 255 }, [8], false],
    [{ norm: 'l2', epsilon: 5 / 255 }, [3, -4], true],
    [{ norm: 'l2', epsilon: 5 / 255 }, [3, -4, 1], false],
    [{ norm: 'l1', epsilon: 7 / 255 }, [3, -4], true],
    [{ norm: 'l1', epsilon: 6.99 / 255 }, [3, -4], false],
    // Values 0, 6 and 12 are the channels of the first pixel, value 1 is of the second.
    [{ norm: 'l0', pixels: 1 }, [5, 0, 0, 0, 0, 0, 5], true],
    [{ norm: 'l0', pixels: 1 }, [5, 5], false],
    [{ norm: 'frames', frames: 1, epsilon: 4 / 255 }, [4, 4, 4], true],
    [{ norm: 'frames', frames: 1, epsilon: 4 / 255 }, [5], false],
    [
      { norm: 'frames', frames: 1, epsilon: 4 / 255 },
      [1, ...new Array<number>(17).fill(0), 1],
      false,
    ],
    [{ norm: 'linf', epsilon: 0 }, [], true],
    [{ norm: 'l2', epsilon: 0 }, [1], false],
  ])('%j and levels %j: %s', (budget, levels, expected) => {
    expect(isInsideBudget(moved(...levels), clean, budget, size)).toBe(expected);
  });

  it('allows clips off the grid the rounding of float32, but not more', () => {
    const budget: Budget = { norm: 'linf', epsilon: 0.03 };
    const off = (epsilon: number): Float32Array =>
      clean.map((value) => Math.fround(value + epsilon));
    expect(isInsideBudget(off(0.03), clean, budget, size)).toBe(true);
    expect(isInsideBudget(off(0.0301), clean, budget, size)).toBe(false);
    const ball: Budget = { norm: 'l2', epsilon: 0.03 * 6 };
    expect(isInsideBudget(off(0.03), clean, ball, size)).toBe(true);
    expect(isInsideBudget(off(0.0301), clean, ball, size)).toBe(false);
  });
});
