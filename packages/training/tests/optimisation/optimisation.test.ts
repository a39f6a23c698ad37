import { describe, expect, it } from 'vitest';
import { clipGradients } from '../../src/optimisation/clip-gradients.js';
import { learningRateAt } from '../../src/optimisation/learning-rate.js';
import { smoothLabels } from '../../src/optimisation/smooth-labels.js';

describe('smoothLabels', () => {
  it('gives 1 − s + s / K to the class and s / K to the others', () => {
    const targets = smoothLabels([2, 0], 4, 0.2);
    const expected = [0.05, 0.05, 0.85, 0.05, 0.85, 0.05, 0.05, 0.05];
    expected.forEach((value, index) => expect(targets[index]).toBeCloseTo(value, 6));
  });

  it('has the least cross-entropy in closed form', () => {
    // −Σ t·log t is reached where the softmax is t itself.
    const [classes, smoothing] = [5, 0.1];
    const targets = smoothLabels([3], classes, smoothing);
    const least = targets.reduce((sum, t) => sum - t * Math.log(t), 0);
    const [high, low] = [1 - smoothing + smoothing / classes, smoothing / classes];
    expect(least).toBeCloseTo(-high * Math.log(high) - (classes - 1) * low * Math.log(low), 5);
  });
});

describe('learningRateAt', () => {
  const recipe = { learningRate: 0.1, finalRate: 0.01, warmUp: 2, epochs: 10 };

  it('rises for the warm-up and never again, and ends at the final rate', () => {
    const rates = Array.from({ length: 1000 }, (_, step) => learningRateAt(step, 1000, recipe));
    for (let step = 1; step < 1000; step++) {
      const rise = rates[step] - rates[step - 1];
      if (step <= 200) expect(rise).toBeGreaterThan(0);
      else expect(rise).toBeLessThan(0);
    }
    expect(rates[200]).toBeCloseTo(0.1, 9);
    expect(rates[999]).toBeCloseTo(0.001, 9);
  });

  it('is half way down, less the floor, in the middle of the cosine', () => {
    expect(learningRateAt(600, 1001, { ...recipe, warmUp: 0 })).toBeCloseTo(
      0.001 + (0.099 * (1 + Math.cos(0.6 * Math.PI))) / 2,
      9,
    );
  });
});

describe('clipGradients', () => {
  it('scales all gradients by one factor, to the norm that is asked for', () => {
    const gradients = { a: Float32Array.of(3, 0), b: Float32Array.of(0, 4) };
    expect(clipGradients(gradients, 1)).toBe(5);
    expect(gradients.a[0]).toBeCloseTo(0.6, 6);
    expect(gradients.b[1]).toBeCloseTo(0.8, 6);
  });

  it.each([0, 6])('leaves them alone with the limit %i', (limit) => {
    const gradients = { a: Float32Array.of(3, 4) };
    expect(clipGradients(gradients, limit)).toBe(5);
    expect(gradients.a).toEqual(Float32Array.of(3, 4));
  });
});
