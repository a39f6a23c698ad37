import { Random, isMsanetError } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import {
  bootstrapMedian,
  proportion,
  quantile,
  successRates,
  summarize,
  summarizeCosts,
  type ClipVerdict,
} from '../../src/index.js';

describe('proportion', () => {
  it.each([
    // R. G. Newcombe, Statistics in Medicine 17, 1998, Table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i has the published Wilson interval', (successes, trials, low, high) => {
    const share = proportion(successes, trials);
    expect(share.rate).toBe(successes / trials);
    expect(share.low).toBeCloseTo(low, 4);
    expect(share.high).toBeCloseTo(high, 4);
  });

  it('mirrors when successes and failures change places', () => {
    for (const [successes, trials] of [
      [0, 7],
      [3, 7],
      [50, 51],
    ]) {
      const [share, mirrored] = [
        proportion(successes, trials),
        proportion(trials - successes, trials),
      ];
      expect(mirrored.low).toBeCloseTo(1 - share.high, 12);
      expect(mirrored.high).toBeCloseTo(1 - share.low, 12);
      expect(share.low).toBeLessThanOrEqual(share.rate ?? NaN);
      expect(share.high).toBeGreaterThanOrEqual(share.rate ?? NaN);
    }
  });

  it('of nothing is unknown', () => {
    expect(proportion(0, 0)).toEqual({ successes: 0, trials: 0, rate: null, low: 0, high: 1 });
  });

  it('covers the true share about as often as it says', () => {
    const random = new Random(5);
    let covered = 0;
    for (let experiment = 0; experiment < 2000; experiment++) {
      let successes = 0;
      for (let trial = 0; trial < 40; trial++) successes += random.uniform() < 0.3 ? 1 : 0;
      const { low, high } = proportion(successes, 40);
      covered += low <= 0.3 && 0.3 <= high ? 1 : 0;
    }
    expect(covered / 2000).toBeGreaterThan(0.92);
    expect(covered / 2000).toBeLessThan(0.98);
  });

  it.each([
    [3, 2],
    [-1, 2],
    [0.5, 2],
    [NaN, 2],
  ])('refuses %d of %d', (successes, trials) => {
    expect(() => proportion(successes, trials)).toThrowError(/proportion: expected/);
  });
});

describe('success rates', () => {
  const verdict = (
    goal: ClipVerdict['goal'],
    cleanCorrect: boolean,
    success: boolean | null,
  ): ClipVerdict => ({ goal, cleanCorrect, success });

  it('keep goals and denominators apart, and failures out of both', () => {
    const { untargeted, targeted } = successRates([
      verdict('misclassification', true, true),
      verdict('misclassification', true, false),
      verdict('misclassification', true, null),
      verdict('misclassification', false, true),
      verdict('misclassification', false, null),
      verdict('targeted', true, false),
      verdict('targeted', false, true),
    ]);
    expect(untargeted?.overCleanCorrect).toMatchObject({ successes: 1, trials: 2, rate: 0.5 });
    expect(untargeted?.overAll).toMatchObject({ successes: 2, trials: 3 });
    expect(untargeted?.failed).toBe(2);
    expect(targeted?.overCleanCorrect).toMatchObject({ successes: 0, trials: 1, rate: 0 });
    expect(targeted?.overAll).toMatchObject({ successes: 1, trials: 2 });
    expect(targeted?.failed).toBe(0);
  });

  it('are absent for a goal that no clip has', () => {
    expect(successRates([])).toEqual({ untargeted: null, targeted: null });
    const only = successRates([verdict('targeted', true, null)]);
    expect(only.untargeted).toBeNull();
    expect(only.targeted?.overAll.rate).toBeNull();
  });
});

describe('quantiles', () => {
  it('are linear between neighbours', () => {
    // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.25, 0.5, 0.9, 1])
    const sorted = [1, 2, 4, 8];
    const shares = [0, 0.1, 0.25, 0.5, 0.9, 1];
    const expected = [1, 1.3, 1.75, 3, 6.8, 8];
    shares.forEach((share, index) =>
      expect(quantile(sorted, share)).toBeCloseTo(expected[index], 12),
    );
    expect(quantile([7], 0.3)).toBe(7);
    expect(quantile([], 0.5)).toBeNull();
  });

  it('may be infinite, never undefined', () => {
    expect(quantile([1, Infinity], 0.5)).toBe(Infinity);
    expect(quantile([1, Infinity, Infinity], 0.75)).toBe(Infinity);
    expect(quantile([1, 2, Infinity], 0.5)).toBe(2);
  });

  it('refuse a share outside 0 … 1', () => {
    for (const share of [-0.1, 1.1, NaN]) {
      try {
        quantile([1, 2], share);
        expect.unreachable();
      } catch (error) {
        expect(isMsanetError(error) && error.code).toBe('OPTION_INVALID');
      }
    }
  });
});

describe('the bootstrap of a median', () => {
  const values = Array.from({ length: 41 }, (_, index) => (index * 17) % 41);

  it('is the same for the same seed, in any order of the values', () => {
    const interval = bootstrapMedian(values, { seed: 4 });
    expect(bootstrapMedian([...values].reverse(), { seed: 4 })).toEqual(interval);
    expect(bootstrapMedian(values, { seed: 5, resamples: 101 })).not.toEqual(interval);
  });

  it('agrees with the interval of order statistics', () => {
    // For 41 values, the binomial interval of the median at 95 % runs from the 14th to the 28th.
    const interval = bootstrapMedian(values, { resamples: 5000 });
    expect(Math.abs((interval?.low ?? NaN) - 13)).toBeLessThanOrEqual(1);
    expect(Math.abs((interval?.high ?? NaN) - 27)).toBeLessThanOrEqual(1);
  });

  it('moves and scales with the values', () => {
    const interval = bootstrapMedian(values);
    const moved = bootstrapMedian(values.map((value) => 3 * value - 100));
    expect(moved?.low).toBeCloseTo(3 * (interval?.low ?? NaN) - 100, 9);
    expect(moved?.high).toBeCloseTo(3 * (interval?.high ?? NaN) - 100, 9);
  });

  it('needs two values, and takes infinite ones', () => {
    expect(bootstrapMedian([1])).toBeNull();
    expect(bootstrapMedian([])).toBeNull();
    expect(bootstrapMedian([2, 2, 2])).toEqual({ low: 2, high: 2 });
    expect(bootstrapMedian([1, 1, 1, 1, Infinity, Infinity, Infinity])?.high).toBe(Infinity);
  });
});

describe('summaries', () => {
  it('sum up the values there are', () => {
    const summary = summarize([4, null, 1, 2, 8]);
    expect(summary).toMatchObject({
      count: 4,
      missing: 1,
      mean: 3.75,
      min: 1,
      firstQuartile: 1.75,
      median: 3,
      thirdQuartile: 5,
      max: 8,
    });
    expect(summary?.medianInterval).toEqual(bootstrapMedian([4, 1, 2, 8]));
    expect(summarize([null])).toBeNull();
  });

  it('keep the median finite beside an infinite value', () => {
    expect(summarize([40, Infinity, 42])).toMatchObject({ mean: Infinity, median: 42 });
  });

  it('sum up costs with failures as infinity', () => {
    expect(summarizeCosts([10, null, 30, 20, null])).toEqual({
      successes: 3,
      failures: 2,
      meanOverSuccesses: 20,
      medianOverSuccesses: 20,
      medianOverAll: 30,
    });
    expect(summarizeCosts([10, null])).toMatchObject({ medianOverAll: Infinity });
    expect(summarizeCosts([])).toEqual({
      successes: 0,
      failures: 0,
      meanOverSuccesses: null,
      medianOverSuccesses: null,
      medianOverAll: null,
    });
  });
});
