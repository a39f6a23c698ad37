import { describe, expect, it } from 'vitest';
import {
  Plateau,
  searchConstant,
  type ConstantOptions,
} from '../../src/smallest-perturbation/constant-search.js';

const options: ConstantOptions = {
  searches: 9,
  initialConstant: 0.001,
  steps: 100,
  abortEarly: true,
};

/** The constants that are tried where those of at least `enough` succeed. */
function constantsTried(enough: number, own: Partial<ConstantOptions> = {}): number[] {
  const tried: number[] = [];
  // An attempt that asks nothing.
  function* attempt(constant: number): Generator<never, boolean> {
    tried.push(constant);
    return constant >= enough;
  }
  expect(searchConstant({ ...options, ...own }, attempt).next().done).toBe(true);
  return tried;
}

describe('the search for a constant', () => {
  it('grows tenfold, then halves the gap between the largest failure and the smallest success', () => {
    const expected = [0.001, 0.01, 0.1, 1, 0.55, 0.325, 0.4375, 0.49375, 0.521875];
    constantsTried(0.5).forEach((constant, index) => {
      expect(constant).toBeCloseTo(expected[index], 9);
    });
  });

  it('only shrinks where the first constant is enough', () => {
    expect(constantsTried(0)).toEqual(Array.from({ length: 9 }, (_, k) => 0.001 / 2 ** k));
  });

  it('grows to the end where none is enough', () => {
    expect(constantsTried(Infinity)[8]).toBeCloseTo(1e5, 6);
  });

  it('ends with the smallest success where it has ten searches', () => {
    const tried = constantsTried(0.5, { searches: 10 });
    expect(tried[9]).toBe(Math.min(...tried.filter((constant) => constant >= 0.5)));
  });
});

describe('a plateau', () => {
  it('is where the loss has not fallen by 0.01 % in a tenth of the steps', () => {
    const plateau = new Plateau({ ...options, steps: 20 });
    expect(plateau.isReached(0, 5)).toBe(false);
    expect(plateau.isReached(1, 9)).toBe(false);
    expect(plateau.isReached(2, 4)).toBe(false);
    expect(plateau.isReached(4, 4 * 0.99989)).toBe(false);
    expect(plateau.isReached(6, 4 * 0.99989 * 0.99991)).toBe(true);
  });

  it('is also a loss that is no number', () => {
    expect(new Plateau(options).isReached(0, NaN)).toBe(true);
  });

  it('is not looked for without early abortion', () => {
    const plateau = new Plateau({ ...options, abortEarly: false });
    expect([0, 10, 20].some((step) => plateau.isReached(step, 1))).toBe(false);
  });
});
