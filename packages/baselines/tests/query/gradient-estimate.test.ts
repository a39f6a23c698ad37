import { describe, expect, it } from 'vitest';
import { misclassification } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { cosine, linearVictim, maxAbsError } from '@msanet/testkit';
import { GradientEstimate } from '../../src/query/gradient-estimate.js';
import type { QuerySubject } from '../../src/query/query-search.js';
import { fillSigns } from '../../src/query/random-signs.js';

const size = { frames: 2, height: 3, width: 2 };
const length = 36;
/** Two classes: the margin is one linear function ⟨w, p⟩ + c. */
const victim = linearVictim({ classes: 2, size, seed: 51 });
const slope = Float64Array.from(
  { length },
  (_, at) => victim.weights[length + at] - victim.weights[at],
);
const point = new Float32Array(length).fill(0.5);
const subject = (random: Random): QuerySubject => ({
  clean: point,
  criterion: misclassification(0),
  budget: { norm: 'linf', epsilon: 1 },
  size,
  random,
});

/** Estimates the gradient with answers from W · (p − ½) + b in float64. */
function estimate(
  samples: number,
  draw: (noise: Float32Array) => void,
  random: Random,
  radius = 0.01,
): GradientEstimate {
  const estimated = new GradientEstimate(subject(random), {
    samples,
    radius,
    loss: 'margin',
  });
  const search = estimated.at(point, draw);
  let asked = 0;
  for (let query = search.next(); !query.done; asked++) {
    const { clip, kind } = query.value;
    expect(kind).toBe('probe');
    const scores = [0, 1].map((row) =>
      clip.reduce(
        (sum, value, at) => sum + victim.weights[row * length + at] * (value - 0.5),
        victim.bias[row],
      ),
    );
    // Float64 answers, so that nothing but the samples is random.
    query = search.next({
      logits: scores as unknown as Float32Array,
      adversarial: false,
      margin: scores[1] - scores[0],
    });
  }
  expect(asked).toBe(samples);
  return estimated;
}

const kinds = [
  ['normal values (NES)', (random: Random) => (noise: Float32Array) => random.fillNormal(noise)],
  ['signs (SPSA)', (random: Random) => (noise: Float32Array) => fillSigns(noise, random)],
] as const;

describe.each(kinds)('the gradient of a linear function estimated from %s', (_, drawer) => {
  it.each([100, 1600])('with %d samples deviates by no more than theory says', (samples) => {
    const random = new Random(52);
    const { gradient, level } = estimate(samples, drawer(random), random);
    const squares = slope.reduce((sum, value) => sum + value * value, 0);
    const error = gradient.reduce((sum, value, at) => sum + (value - slope[at]) ** 2, 0);
    // E‖g − w‖² = (n + 1) ‖w‖² / pairs for normal values, (n − 1) ‖w‖² / pairs for signs, n values.
    const expected = ((length + 1) * squares) / (samples / 2);
    expect(error).toBeLessThan(1.7 * expected);
    expect(error).toBeGreaterThan(expected / 1.7);
    expect(cosine(gradient, slope)).toBeGreaterThan(samples === 100 ? 0.6 : 0.95);
    // Antithetic samples of a linear function: their mean is its value at the point, b₁ − b₀.
    expect(level).toBeCloseTo(victim.bias[1] - victim.bias[0], 5);
  });

  it('does not depend on the radius', () => {
    const [near, far] = [0.01, 0.1].map((radius) => {
      const random = new Random(53);
      return estimate(10, drawer(random), random, radius).gradient;
    });
    expect(maxAbsError(near, far)).toBeLessThan(1e-4);
  });
});

it('draws as many signs of either kind, independently', () => {
  const random = new Random(54);
  const [one, other] = [new Float32Array(10007), new Float32Array(10007)];
  fillSigns(one, random);
  fillSigns(other, random);
  expect(one.every((value) => value === 1 || value === -1)).toBe(true);
  const mean = one.reduce((sum, value) => sum + value, 0) / one.length;
  const product = one.reduce((sum, value, at) => sum + value * other[at], 0) / one.length;
  const neighbours =
    one.reduce((sum, value, at) => sum + value * (one[at + 1] ?? 0), 0) / one.length;
  for (const average of [mean, product, neighbours]) expect(Math.abs(average)).toBeLessThan(0.04);
});
