import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { randomStart } from '../src/random-start.js';

const size = { frames: 1, height: 1, width: 1 };
const clean = new Float32Array(3).fill(0.5);

/** Perturbations of random starts on a clip of three values. */
function starts(budget: Parameters<typeof randomStart>[3], count: number): number[][] {
  const random = new Random(6);
  return Array.from({ length: count }, () => {
    const clip = clean.slice();
    randomStart(clip, clean, random, budget, size);
    return Array.from(clip, (value) => value - 0.5);
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('random starts', () => {
  it('are uniform in the cube', () => {
    const values = starts({ norm: 'linf', epsilon: 0.2 }, 2000).flat();
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.2 + 1e-6);
    expect(mean(values)).toBeCloseTo(0, 2);
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(0.2 ** 2 / 3, 3);
  });

  it('are uniform in the ball: the radius r has mean ¾ ε, r³ is uniform, and no direction is preferred', () => {
    const points = starts({ norm: 'l2', epsilon: 0.2 }, 4000);
    const radii = points.map((point) => Math.hypot(...point) / 0.2);
    expect(Math.max(...radii)).toBeLessThanOrEqual(1 + 1e-5);
    expect(mean(radii)).toBeCloseTo(0.75, 1);
    const cubes = radii.map((radius) => radius ** 3);
    expect(Math.abs(mean(cubes) - 1 / 2)).toBeLessThan(0.02);
    expect(Math.abs(mean(cubes.map((cube) => cube ** 2)) - 1 / 3)).toBeLessThan(0.02);
    for (const axis of [0, 1, 2]) {
      expect(Math.abs(mean(points.map((point) => point[axis])))).toBeLessThan(0.01);
    }
  });

  it('are uniform in the l1 ball: the radius r has mean ¾ ε, r³ is uniform, and no value is preferred', () => {
    const points = starts({ norm: 'l1', epsilon: 0.2 }, 4000);
    const radii = points.map((point) => point.reduce((sum, at) => sum + Math.abs(at), 0) / 0.2);
    expect(Math.max(...radii)).toBeLessThanOrEqual(1 + 1e-5);
    expect(mean(radii)).toBeCloseTo(0.75, 1);
    const cubes = radii.map((radius) => radius ** 3);
    expect(Math.abs(mean(cubes) - 1 / 2)).toBeLessThan(0.02);
    expect(Math.abs(mean(cubes.map((cube) => cube ** 2)) - 1 / 3)).toBeLessThan(0.02);
    for (const axis of [0, 1, 2]) {
      const share = points.map((point, at) => Math.abs(point[axis]) / (0.2 * radii[at]));
      expect(Math.abs(mean(points.map((point) => point[axis])))).toBeLessThan(0.01);
      // On a sphere of l1 the magnitudes are a uniform point of the simplex: each has mean ⅓ and mean square ⅙.
      expect(Math.abs(mean(share) - 1 / 3)).toBeLessThan(0.02);
      expect(Math.abs(mean(share.map((value) => value ** 2)) - 1 / 6)).toBeLessThan(0.02);
    }
  });

  it('stay in [0, 1]', () => {
    const random = new Random(7);
    const dark = new Float32Array(3);
    for (const norm of ['linf', 'l2', 'l1'] as const) {
      const clip = dark.slice();
      randomStart(clip, dark, random, { norm, epsilon: 0.9 }, size);
      expect(clip.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });
});
