import { describe, expect, it } from 'vitest';
import { AdaptiveStep, checkPoints } from '../../src/fixed-budget/apgd-schedule.js';

describe('check points', () => {
  it('of 100 steps are those of the paper: 22 %, then 3 % less each, down to 6 %', () => {
    expect([...checkPoints(100)]).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
  });

  it('of few steps come after one step at least', () => {
    expect([...checkPoints(10)]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...checkPoints(1)]).toEqual([1]);
  });
});

describe('the step size', () => {
  /** Notes losses and reaches a check point. */
  const after = (step: AdaptiveStep, losses: readonly number[]): boolean => {
    for (const loss of losses) step.note(loss);
    return step.check();
  };

  it('stays while more than three steps of four raise the loss', () => {
    const step = new AdaptiveStep(2, 0);
    expect(after(step, [1, 2, 3, 4])).toBe(false);
    expect(after(step, [5, 6, 7, 8])).toBe(false);
    expect(step.size).toBe(2);
  });

  it('is halved where three of four or fewer do', () => {
    const step = new AdaptiveStep(2, 0);
    expect(after(step, [1, 2, 3, 2])).toBe(true);
    expect(step.size).toBe(1);
    expect(after(step, [3, 2, 3, 2])).toBe(true);
    expect(step.size).toBe(0.5);
  });

  it('compares the first step with the start', () => {
    expect(after(new AdaptiveStep(2, 5), [4, 5, 6, 7])).toBe(true);
    expect(after(new AdaptiveStep(2, -5), [-4, -3, -2, -1])).toBe(false);
  });

  it('is halved where the highest loss stands still and was not halved before', () => {
    const step = new AdaptiveStep(2, 0);
    expect(after(step, [1, 2, 3, 9])).toBe(false);
    // Every step rises, but the peak of 9 is out of reach.
    step.note(1);
    step.check();
    expect(step.size).toBe(1);
    expect(after(step, [2, 3, 4, 5])).toBe(false);
    expect(after(step, [6, 7, 8, 8.5])).toBe(true);
    expect(step.size).toBe(0.5);
  });

  it('tells which loss is the highest so far', () => {
    const step = new AdaptiveStep(2, 1);
    expect([1, 2, 2, 1.5, 3].map((loss) => step.note(loss))).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });
});
