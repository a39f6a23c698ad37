import { describe, expect, it } from 'vitest';
import { checkBudget, isZeroBudget, norms, type Budget } from '@msanet/core';
import { refusal } from './refusal.js';

const sound: Budget[] = [
  { norm: 'linf', epsilon: 0 },
  { norm: 'linf', epsilon: 1 },
  { norm: 'l2', epsilon: 50 },
  { norm: 'l1', epsilon: 0 },
  { norm: 'l0', pixels: 0 },
  { norm: 'l0', pixels: 17 },
  { norm: 'frames', frames: 3, epsilon: 8 / 255 },
];

describe('checkBudget', () => {
  it.each(sound)('accepts %j', (budget) => {
    expect(() => checkBudget(budget)).not.toThrow();
  });

  it.each([
    [{ norm: 'linf', epsilon: 8 }, 'budget linf: expected an epsilon from 0 to 1, got 8'],
    [{ norm: 'linf', epsilon: -1 / 255 }, 'budget linf: expected an epsilon from 0 to 1'],
    [{ norm: 'linf', epsilon: NaN }, 'got NaN'],
    [{ norm: 'l2', epsilon: Infinity }, 'budget l2: expected a finite epsilon of at least 0'],
    [{ norm: 'l1', epsilon: -1 }, 'budget l1: expected a finite epsilon of at least 0, got -1'],
    [{ norm: 'l0', pixels: 1.5 }, 'budget l0: expected a whole number of pixels, got 1.5'],
    [{ norm: 'frames', frames: -1, epsilon: 0.1 }, 'expected a whole number of frames, got -1'],
    [{ norm: 'frames', frames: 1, epsilon: 2 }, 'budget frames: expected an epsilon from 0 to 1'],
    [{ norm: 'l3', epsilon: 1 }, 'budget l3: expected a norm of linf, l2, l1, l0, frames, got l3'],
  ])('refuses %j', async (budget, sentence) => {
    const error = await refusal(() => checkBudget(budget as Budget));
    expect(error.code).toBe('BUDGET_INVALID');
    expect(error.message).toContain(sentence);
  });
});

describe('isZeroBudget', () => {
  it('knows the budgets that allow nothing', () => {
    expect(sound.filter(isZeroBudget)).toEqual([sound[0], sound[3], sound[4]]);
    expect(isZeroBudget({ norm: 'frames', frames: 0, epsilon: 1 })).toBe(true);
    expect(isZeroBudget({ norm: 'frames', frames: 1, epsilon: 0 })).toBe(true);
  });

  it('is about every norm', () => {
    expect([...new Set(sound.map(({ norm }) => norm))].sort()).toEqual([...norms].sort());
  });
});
