import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { stepToHyperplane } from '../../src/smallest-perturbation/hyperplane-projection.js';

type BallNorm = 'linf' | 'l2' | 'l1';

interface Problem {
  readonly point: Float32Array;
  readonly normal: Float32Array;
  readonly value: number;
}

/** Points with values on the edges, normals with zeros and equal entries, and hyperplanes that [0, 1] reaches. */
function problems(count: number, seed: number): Problem[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const length = 1 + random.integer(12);
    const values = (make: () => number): Float32Array => Float32Array.from({ length }, make);
    const point = values(() => (random.integer(4) === 0 ? random.integer(2) : random.uniform()));
    const normal = values(() =>
      random.integer(4) === 0 ? random.integer(3) - 1 : random.normal(),
    );
    // The value at the point is that of a plane through another point of [0, 1].
    const other = values(() => (random.integer(3) === 0 ? random.integer(2) : random.uniform()));
    return {
      point,
      normal,
      value: -dot(
        normal,
        other.map((at, index) => at - point[index]),
      ),
    };
  });
}

function dot(a: Float32Array, b: ArrayLike<number>): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0);
}

function size(step: ArrayLike<number>, norm: BallNorm): number {
  const magnitudes = Array.from(step, Math.abs);
  if (norm === 'l2') return Math.hypot(...magnitudes);
  return norm === 'linf' ? Math.max(...magnitudes) : magnitudes.reduce((a, b) => a + b);
}

/**
 * The most that a step of a given size can gain along a direction inside [0, 1]. The smallest size with enough gain is the
 * distance, which bisection finds: slow, and by another way.
 */
function gain({ point, normal, value }: Problem, radius: number, norm: BallNorm): number {
  const rooms = Array.from(point, (at, index) => (-value * normal[index] > 0 ? 1 - at : at));
  const slopes = Array.from(normal, Math.abs);
  if (norm === 'linf') {
    return slopes.reduce((sum, slope, index) => sum + slope * Math.min(radius, rooms[index]), 0);
  }
  if (norm === 'l1') {
    let left = radius;
    return slopes
      .map((slope, index) => ({ slope, room: rooms[index] }))
      .sort((a, b) => b.slope - a.slope)
      .reduce((sum, { slope, room }) => {
        const step = Math.min(left, room);
        left -= step;
        return sum + slope * step;
      }, 0);
  }
  const along = (scale: number): number[] =>
    slopes.map((slope, index) => Math.min(scale * slope, rooms[index]));
  let [low, high] = [0, 1e9];
  for (let halving = 0; halving < 200; halving++) {
    const middle = (low + high) / 2;
    if (size(along(middle), 'l2') > radius) high = middle;
    else low = middle;
  }
  return along(low).reduce((sum, step, index) => sum + step * slopes[index], 0);
}

function distance(problem: Problem, norm: BallNorm): number {
  let [low, high] = [0, 20];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (gain(problem, middle, norm) >= Math.abs(problem.value) - 1e-12) high = middle;
    else low = middle;
  }
  return high;
}

describe.each(['linf', 'l2', 'l1'] as const)('the step to a hyperplane in %s', (norm) => {
  it('reaches it inside [0, 1], and is as short as bisection finds', () => {
    problems(300, 21).forEach((problem, index) => {
      const { point, normal, value } = problem;
      const step = stepToHyperplane(point, normal, value, norm);
      const what = `problem ${index} of seed 21`;
      expect(Math.abs(value + dot(normal, step)), what).toBeLessThan(1e-5);
      for (const [at, change] of step.entries()) {
        expect(point[at] + change, what).toBeGreaterThan(-1e-6);
        expect(point[at] + change, what).toBeLessThan(1 + 1e-6);
      }
      // Where the other point lies in a corner, the last of the room decides, and float32 rounds it.
      expect(Math.abs(size(step, norm) - distance(problem, norm)), what).toBeLessThan(2e-5);
    });
  });

  it('is no longer than any other way', () => {
    const random = new Random(22);
    for (const { point, normal, value } of problems(40, 23)) {
      const shortest = size(stepToHyperplane(point, normal, value, norm), norm);
      for (let attempt = 0; attempt < 50; attempt++) {
        // From a random point of [0, 1], where the segment to a point beyond the plane crosses it.
        const corner = normal.map((slope) => (-value * slope > 0 ? 1 : 0));
        const start = point.map(() => random.uniform());
        const at = (p: Float32Array): number =>
          value +
          dot(
            normal,
            p.map((each, index) => each - point[index]),
          );
        const [a, b] = [at(start), at(corner)];
        if (a * value <= 0 || b * value > 0) continue;
        const share = a / (a - b);
        const way = start.map((each, i) => each + share * (corner[i] - each) - point[i]);
        expect(size(way, norm)).toBeGreaterThan(shortest - 1e-5);
      }
    }
  });

  it('goes to the nearest corner where [0, 1] does not reach the plane', () => {
    const point = Float32Array.of(0.25, 0.5, 1, 0);
    const normal = Float32Array.of(1, -2, 3, 0);
    expect(Array.from(stepToHyperplane(point, normal, -100, norm))).toEqual([0.75, -0.5, 0, 0]);
    expect(Array.from(stepToHyperplane(point, normal, 100, norm))).toEqual([-0.25, 0.5, -1, 0]);
  });

  it('is none where the point lies on it, or nothing helps', () => {
    const point = Float32Array.of(0.25, 0.5);
    const none = new Float32Array(2);
    expect(stepToHyperplane(point, Float32Array.of(1, 2), 0, norm)).toEqual(none);
    expect(stepToHyperplane(point, none, 3, norm)).toEqual(none);
  });
});
