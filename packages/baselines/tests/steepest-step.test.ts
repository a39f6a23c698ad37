import { describe, expect, it } from 'vitest';
import { steepestStep } from '@msanet/baselines';
import { Random } from '@msanet/tensor';

const size = { frames: 1, height: 1, width: 4 };

describe('a step in linf', () => {
  const budget = { norm: 'linf', epsilon: 0.1 } as const;

  it('goes by the sign of the gradient, and nowhere where it is 0', () => {
    const clean = new Float32Array(12).fill(0.5);
    const gradient = Float32Array.of(3, -1e-30, 0, -0, 1e-45, -5, 1e30, 0, 0, 0, 0, 0);
    const clip = clean.slice();
    steepestStep(clip, clean, gradient, 0.02, budget, size);
    const expected = [0.52, 0.48, 0.5, 0.5, 0.52, 0.48, 0.52, 0.5, 0.5, 0.5, 0.5, 0.5];
    clip.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 7));
  });

  it('ends inside the ball and inside [0, 1]', () => {
    const random = new Random(1);
    for (let round = 0; round < 200; round++) {
      const clean = Float32Array.from({ length: 12 }, () =>
        random.integer(3) === 0 ? random.integer(2) : random.uniform(),
      );
      const clip = clean.map((value) => value + random.uniform(-0.1, 0.1));
      const gradient = random.fillNormal(new Float32Array(12));
      const before = clip.slice();
      steepestStep(clip, clean, gradient, 0.05, budget, size);
      clip.forEach((value, index) => {
        const aim = before[index] + 0.05 * Math.sign(gradient[index]);
        const low = Math.max(0, clean[index] - 0.1);
        const high = Math.min(1, clean[index] + 0.1);
        expect(value).toBeCloseTo(Math.min(high, Math.max(low, aim)), 6);
      });
    }
  });

  it('reads a gradient that is part of a larger batch', () => {
    const clean = new Float32Array(12).fill(0.5);
    const batch = new Float32Array(24).fill(-1, 0, 12).fill(1, 12);
    const clip = clean.slice();
    steepestStep(clip, clean, batch.subarray(12), 0.02, budget, size);
    expect(clip.every((value) => value > 0.51)).toBe(true);
  });
});

describe('a step in l2', () => {
  it('has the length of the step, along the gradient', () => {
    const clean = new Float32Array(12).fill(0.5);
    const gradient = new Random(2).fillNormal(new Float32Array(12), 0, 1e-4);
    const clip = clean.slice();
    steepestStep(clip, clean, gradient, 0.3, { norm: 'l2', epsilon: 1 }, size);
    const norm = Math.hypot(...gradient);
    clip.forEach((value, index) => {
      expect(value - 0.5).toBeCloseTo((0.3 * gradient[index]) / norm, 6);
    });
  });

  it('ends inside the ball', () => {
    const clean = new Float32Array(12).fill(0.5);
    const clip = clean.slice();
    const gradient = new Random(3).fillNormal(new Float32Array(12));
    steepestStep(clip, clean, gradient, 5, { norm: 'l2', epsilon: 0.4 }, size);
    expect(Math.hypot(...clip.map((value) => value - 0.5))).toBeCloseTo(0.4, 6);
  });

  it('goes nowhere without a gradient', () => {
    const clean = new Float32Array(12).fill(0.5);
    const clip = clean.slice();
    steepestStep(clip, clean, new Float32Array(12), 5, { norm: 'l2', epsilon: 0.4 }, size);
    expect(clip).toEqual(clean);
  });
});

describe('a step in l1', () => {
  const budget = { norm: 'l1', epsilon: 1 } as const;
  const step = (
    gradient: readonly number[],
    { length = 0.3, clean = 0.5, quantile = 0.99 } = {},
  ): number[] => {
    const centre = new Float32Array(12).fill(clean);
    const clip = centre.slice();
    const padded = Float32Array.from({ length: 12 }, (_, index) => gradient[index] ?? 0);
    steepestStep(clip, centre, padded, length, budget, size, quantile);
    return Array.from(clip, (value) => Number((value - clean).toFixed(6)));
  };

  it('moves the value with the largest gradient', () => {
    expect(step([1, -3, 2]).slice(0, 3)).toEqual([0, -0.3, 0]);
  });

  it('moves as many as the quantile leaves, all alike', () => {
    expect(step([1, -3, 2, -0.5], { quantile: 0.75 }).slice(0, 4)).toEqual([0.1, -0.1, 0.1, 0]);
  });

  it('of equal ones takes the first', () => {
    const moved = step(new Array<number>(12).fill(-2), { quantile: 0.75 });
    expect(moved.slice(0, 4)).toEqual([-0.1, -0.1, -0.1, 0]);
  });

  it('takes none whose gradient is 0', () => {
    expect(step([0, 4, 0], { quantile: 0 })).toEqual([0, 0.3, ...new Array<number>(10).fill(0)]);
    expect(step([], { quantile: 0 })).toEqual(new Array<number>(12).fill(0));
  });

  it('passes over values that the gradient pushes out of [0, 1]', () => {
    expect(step([-3, 2, 1], { clean: 0 }).slice(0, 3)).toEqual([0, 0.3, 0]);
    expect(step([3, -2, 1], { clean: 1 }).slice(0, 3)).toEqual([0, -0.3, 0]);
  });

  it('moves no more values than get a whole 8-bit level each', () => {
    const gradient = Array.from({ length: 12 }, (_, index) => 1 + index);
    const moved = step(gradient, { length: 3.5 / 255, quantile: 0 });
    expect(moved.filter((value) => value !== 0).length).toBe(3);
    expect(Math.min(...moved.slice(9))).toBeGreaterThan(1 / 255);
    // A step that is shorter than a level still moves one.
    expect(step(gradient, { length: 0.5 / 255 }).filter((value) => value !== 0).length).toBe(1);
  });

  it('ends inside the ball', () => {
    const clean = new Float32Array(12).fill(0.5);
    const clip = clean.slice();
    const gradient = new Random(3).fillNormal(new Float32Array(12));
    for (let round = 0; round < 9; round++) {
      steepestStep(clip, clean, gradient, 0.4, budget, size, 0.5);
    }
    const length = clip.reduce((sum, value) => sum + Math.abs(value - 0.5), 0);
    expect(length).toBeCloseTo(1, 5);
  });
});
