import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { Perturbation } from '../src/perturbation.js';

const length = 500;
const epsilon = 8 / 255;

describe('Perturbation', () => {
  it.each(['sign', 'proportional'] as const)('stays in the ball: %s', (direction) => {
    const random = new Random(2);
    const perturbation = new Perturbation(length, epsilon, 0.25, direction);
    for (let step = 0; step < 30; step++) {
      const derivative = random.fillNormal(new Float32Array(length));
      perturbation.accumulate(derivative);
      perturbation.descend(derivative);
      for (const value of perturbation.values) {
        expect(Math.abs(value)).toBeLessThanOrEqual(Math.fround(epsilon));
      }
    }
  });

  it('takes the PGD step of Madry et al. along the sign', () => {
    const perturbation = new Perturbation(3, 1, 0.25, 'sign');
    perturbation.descend(Float32Array.of(2, -0.001, 0));
    expect([...perturbation.values]).toEqual([-0.25, 0.25, 0]);
    for (let step = 0; step < 9; step++) perturbation.descend(Float32Array.of(2, -0.001, 0));
    expect([...perturbation.values]).toEqual([-1, 1, 0]);
  });

  it('keeps the relative size of the gradient when proportional', () => {
    const perturbation = new Perturbation(4, 1, 0.25, 'proportional');
    perturbation.accumulate(Float32Array.of(1, -2, 3, 0));
    perturbation.descend(Float32Array.of(0, 0, 0, 0));
    const [a, b, c, d] = perturbation.values;
    expect(b / a).toBeCloseTo(-2, 5);
    expect(c / a).toBeCloseTo(3, 5);
    expect(d).toBeCloseTo(0, 12);
    // Root mean square of (1, 2, 3, 0) is √3.5; ε is reached at three times that.
    expect(a).toBeCloseTo(-1 / (3 * Math.sqrt(3.5)), 5);
  });

  it('does not move without a gradient', () => {
    const perturbation = new Perturbation(4, 1, 0.25, 'proportional');
    perturbation.accumulate(new Float32Array(4));
    perturbation.descend(new Float32Array(4));
    expect(perturbation.values.every((value) => value === 0)).toBe(true);
  });
});
