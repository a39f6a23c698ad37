import { describe, expect, it } from 'vitest';
import { misclassification } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { maxAbsError } from '@msanet/testkit';
import { banditAscent } from '../../src/query/bandit-ascent.js';
import type { Query } from '../../src/query/query-search.js';

const size = { frames: 2, height: 1, width: 2 };
const length = 12;
const clean = Float32Array.from({ length }, (_, at) => 0.4 + 0.01 * at);
const slope = Float64Array.from({ length }, (_, at) => Math.sin(2 * at + 1));
const options = {
  exploration: 0.1,
  difference: 0.05,
  learningRate: 0.2,
  stepSize: 0.01,
  loss: 'margin',
} as const;
const epsilon = 0.025;

/** The formulas of the docstring in float64, on the linear score ⟨slope, p⟩: two samples and a point per step. */
function expectedQueries(noises: readonly Float64Array[]): number[][] {
  const score = (point: readonly number[]): number =>
    point.reduce((sum, value, at) => sum + slope[at] * value, 0);
  const queries: number[][] = [];
  let point = Array.from(clean);
  let prior = new Array<number>(length).fill(0);
  for (const noise of noises) {
    const samples = [1, -1].map((side) => {
      const direction = prior.map((value, at) => value + side * 0.1 * noise[at]);
      return point.map((value, at) => {
        const first = at < 6 ? 0 : 6;
        return value + (0.05 * direction[at]) / Math.hypot(...direction.slice(first, first + 6));
      });
    });
    const derivative = (score(samples[0]) - score(samples[1])) / (0.05 * 0.1);
    prior = prior.map((value, at) => value + 0.2 * derivative * noise[at]);
    point = point.map((value, at) => {
      const moved = value + 0.01 * Math.sign(prior[at]);
      return Math.min(clean[at] + epsilon, Math.max(clean[at] - epsilon, moved));
    });
    queries.push(...samples, point);
  }
  return queries;
}

describe('ascent along a bandit’s prior', () => {
  it('asks about two samples and a point per step, as the formulas say', () => {
    const random = new Random(91);
    const noises = Array.from({ length: 6 }, () => random.fillNormal(new Float64Array(length)));
    let draws = 0;
    const search = banditAscent(
      { clean, criterion: misclassification(0), budget: { norm: 'linf', epsilon }, size, random },
      options,
      (noise) => noise.set(noises[draws++]),
    );
    let query = search.next();
    for (const [number, expected] of expectedQueries(noises).entries()) {
      const { clip, kind } = query.value as Query;
      expect(kind).toBe(number % 3 === 2 ? 'candidate' : 'probe');
      expect(maxAbsError(clip, expected), `query ${number}`).toBeLessThan(1e-6);
      const margin = expected.reduce((sum, value, at) => sum + slope[at] * value, 0);
      const logits = Float64Array.from([0, margin]) as unknown as Float32Array;
      query = search.next({ logits, adversarial: false, margin });
      if (draws === noises.length && number % 3 === 1) break;
    }
  });
});
