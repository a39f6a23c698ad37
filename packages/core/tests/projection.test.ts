import { describe, expect, it } from 'vitest';
import { project, type Budget, type ClipSize } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { measure } from './measure.js';

const size: ClipSize = { frames: 2, height: 2, width: 3 };
const length = 36;
const rounds = 60;

const budgets: Budget[] = [
  { norm: 'linf', epsilon: 0.05 },
  { norm: 'linf', epsilon: 0.7 },
  { norm: 'l2', epsilon: 0.3 },
  { norm: 'l2', epsilon: 1.6 },
  { norm: 'l1', epsilon: 0.8 },
  { norm: 'l1', epsilon: 9 },
  { norm: 'l0', pixels: 4 },
  { norm: 'frames', frames: 1, epsilon: 0.1 },
];

/** A clean clip with values on the edges of [0, 1], and a candidate far outside every budget and of [0, 1]. */
function situation(random: Random): { clean: Float32Array; candidate: Float32Array } {
  const clean = Float32Array.from({ length }, () =>
    random.integer(4) === 0 ? random.integer(2) : random.uniform(),
  );
  const spread = [0.01, 0.2, 2][random.integer(3)];
  return { clean, candidate: clean.map((value) => value + spread * random.normal()) };
}

function projected(candidate: Float32Array, clean: Float32Array, budget: Budget): Float32Array {
  const clip = candidate.slice();
  project(clip, clean, budget, size);
  return clip;
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0));
}

/** A clip inside the budget, made without the projection: a random perturbation, shrunk until it fits. */
function feasible(random: Random, clean: Float32Array, budget: Budget): Float32Array {
  const sparse = random.integer(2) === 0;
  const delta = clean.map((value) => {
    if (sparse && random.integer(4) > 0) return 0;
    const room = random.integer(2) === 0 ? -value : 1 - value;
    return random.uniform() * room;
  });
  const pixel = (index: number): number => Math.floor(index / 18) * 6 + (index % 6);
  if (budget.norm === 'l0') {
    const kept = new Set(random.permutation(12).slice(0, budget.pixels));
    return clean.map((value, index) => value + (kept.has(pixel(index)) ? delta[index] : 0));
  }
  const frames = new Set(
    budget.norm === 'frames' ? random.permutation(2).slice(0, budget.frames) : [0, 1],
  );
  const chosen = delta.map((value, index) => (frames.has(Math.floor(index / 18)) ? value : 0));
  const { norm } = budget;
  const extent = measure(chosen, norm === 'frames' ? 'linf' : norm, size);
  const scale = Math.min(
    1,
    (budget.epsilon * (random.integer(3) === 0 ? 1 : random.uniform())) / extent,
  );
  return clean.map((value, index) => value + scale * chosen[index]);
}

describe.each(budgets)('projection onto $norm %j', (budget) => {
  it('ends inside the budget and inside [0, 1]', () => {
    const random = new Random(11);
    for (let round = 0; round < rounds; round++) {
      const { clean, candidate } = situation(random);
      const point = projected(candidate, clean, budget);
      const delta = point.map((value, index) => value - clean[index]);
      expect(point.every((value) => value >= 0 && value <= 1)).toBe(true);
      if (budget.norm === 'l0') {
        expect(measure(delta, 'l0', size)).toBeLessThanOrEqual(budget.pixels);
      } else if (budget.norm === 'frames') {
        expect(measure(delta, 'frames', size)).toBeLessThanOrEqual(budget.frames);
        expect(measure(delta, 'linf', size)).toBeLessThanOrEqual(budget.epsilon + 1e-7);
      } else {
        expect(measure(delta, budget.norm, size)).toBeLessThanOrEqual(budget.epsilon * (1 + 1e-6));
      }
    }
  });

  it('is nearer to the candidate than 200 other clips inside', () => {
    const random = new Random(12);
    for (let round = 0; round < rounds; round++) {
      const { clean, candidate } = situation(random);
      const nearest = distance(projected(candidate, clean, budget), candidate);
      const rivals = Array.from({ length: 200 }, () =>
        distance(feasible(random, clean, budget), candidate),
      );
      expect(nearest, `round ${round}`).toBeLessThanOrEqual(Math.min(...rivals) + 1e-5);
    }
  });

  it('leaves what is inside where it is', () => {
    const random = new Random(13);
    for (let round = 0; round < rounds; round++) {
      const { clean } = situation(random);
      const inside = feasible(random, clean, budget);
      expect(distance(projected(inside, clean, budget), inside)).toBeLessThan(1e-6);
      expect(projected(clean, clean, budget)).toEqual(clean);
    }
  });
});

describe('projection onto convex balls', () => {
  it.each(budgets.filter(({ norm }) => norm === 'l2' || norm === 'l1'))(
    '%j meets the variational inequality ⟨c − p, q − p⟩ ≤ 0 for all q inside',
    (budget) => {
      const random = new Random(14);
      for (let round = 0; round < rounds; round++) {
        const { clean, candidate } = situation(random);
        const point = projected(candidate, clean, budget);
        const products = Array.from({ length: 100 }, () => {
          const other = feasible(random, clean, budget);
          return point.reduce(
            (sum, value, index) => sum + (candidate[index] - value) * (other[index] - value),
            0,
          );
        });
        expect(Math.max(...products), `round ${round}`).toBeLessThan(2e-5);
      }
    },
  );

  it('l2: moves every value that is not stopped by [0, 1] by one common factor', () => {
    const random = new Random(15);
    let stopped = 0;
    for (let round = 0; round < rounds; round++) {
      const { clean, candidate } = situation(random);
      const budget = { norm: 'l2', epsilon: 1.2 } as const;
      const point = projected(candidate, clean, budget);
      const delta = candidate.map((value, index) => value - clean[index]);
      const free = [...delta.keys()].filter((index) => point[index] > 0 && point[index] < 1);
      const factors = free
        .filter((index) => Math.abs(delta[index]) > 0.05)
        .map((index) => (point[index] - clean[index]) / delta[index]);
      if (factors.length < 2) continue;
      expect(Math.max(...factors) - Math.min(...factors)).toBeLessThan(1e-5);
      const factor = factors[0];
      for (let index = 0; index < length; index++) {
        if (free.includes(index)) continue;
        stopped += 1;
        const aim = clean[index] + factor * delta[index];
        expect(point[index] === 0 ? aim <= 1e-5 : aim >= 1 - 1e-5).toBe(true);
      }
    }
    expect(stopped).toBeGreaterThan(100);
  });

  it('l1: shortens every value by one common threshold', () => {
    const random = new Random(16);
    for (let round = 0; round < rounds; round++) {
      const { clean, candidate } = situation(random);
      const point = projected(candidate, clean, { norm: 'l1', epsilon: 1 });
      const shortened: number[] = [];
      const erased: number[] = [0];
      const stopped: number[] = [Infinity];
      for (let index = 0; index < length; index++) {
        const magnitude = Math.abs(candidate[index] - clean[index]);
        const kept = Math.abs(point[index] - clean[index]);
        if (kept < 1e-6) erased.push(magnitude);
        else if (point[index] === 0 || point[index] === 1) stopped.push(magnitude - kept);
        else shortened.push(magnitude - kept);
      }
      if (shortened.length < 2) continue;
      const threshold = shortened[0];
      expect(Math.max(...shortened) - Math.min(...shortened)).toBeLessThan(1e-5);
      const reached = [...erased.keys()].filter((key) => erased[key] > threshold + 1e-5);
      expect(Math.min(...stopped)).toBeGreaterThan(threshold - 1e-5);
      // Only a value that has no room at all may be erased although its magnitude is above the threshold.
      expect(reached.length).toBeLessThanOrEqual(clean.filter((v) => v === 0 || v === 1).length);
    }
  });

  it.each(['l2', 'l1'] as const)(
    '%s: uses the whole budget whenever [0, 1] alone is not enough',
    (norm) => {
      const random = new Random(17);
      let bound = 0;
      for (let round = 0; round < rounds; round++) {
        const { clean, candidate } = situation(random);
        const epsilon = random.uniform(0.2, 4);
        const point = projected(candidate, clean, { norm, epsilon });
        const clamped = candidate.map((value) => Math.min(1, Math.max(0, value)));
        const from = (clip: Float32Array): number =>
          measure(
            clip.map((value, index) => value - clean[index]),
            norm,
            size,
          );
        if (from(clamped) > epsilon) {
          bound += 1;
          expect(from(point), `round ${round}`).toBeCloseTo(epsilon, 4);
        } else expect(point).toEqual(clamped);
      }
      expect(bound).toBeGreaterThan(rounds / 4);
    },
  );
});

describe('projection onto pixels and frames', () => {
  /** The nearest distance, by trying every choice of `count` of `parts` parts. */
  function bestChoice(
    candidate: Float32Array,
    clean: Float32Array,
    epsilon: number,
    parts: number,
    count: number,
    partOf: (index: number) => number,
  ): number {
    let best = Infinity;
    for (let choice = 0; choice < 2 ** parts; choice++) {
      const chosen = (index: number): boolean => ((choice >> partOf(index)) & 1) === 1;
      const size = [...Array(parts).keys()].filter((part) => (choice >> part) & 1).length;
      if (size > count) continue;
      const point = candidate.map((value, index) => {
        if (!chosen(index)) return clean[index];
        const low = Math.max(0, clean[index] - epsilon);
        return Math.min(Math.max(value, low), Math.min(1, clean[index] + epsilon));
      });
      best = Math.min(best, distance(point, candidate));
    }
    return best;
  }

  it('chooses the best of all subsets of pixels', () => {
    const random = new Random(18);
    for (let round = 0; round < 20; round++) {
      const { clean, candidate } = situation(random);
      const pixelOf = (index: number): number => Math.floor(index / 18) * 6 + (index % 6);
      const best = bestChoice(candidate, clean, 1, 12, 3, pixelOf);
      const point = projected(candidate, clean, { norm: 'l0', pixels: 3 });
      expect(Math.abs(distance(point, candidate) - best)).toBeLessThan(1e-6);
    }
  });

  it('chooses the best of all subsets of frames', () => {
    const random = new Random(19);
    for (let round = 0; round < 100; round++) {
      const { clean, candidate } = situation(random);
      const frameOf = (index: number): number => Math.floor(index / 18);
      const best = bestChoice(candidate, clean, 0.1, 2, 1, frameOf);
      const point = projected(candidate, clean, { norm: 'frames', frames: 1, epsilon: 0.1 });
      expect(Math.abs(distance(point, candidate) - best)).toBeLessThan(1e-6);
    }
  });

  it('keeps the first of pixels that cost the same, and no more than allowed', () => {
    const clean = new Float32Array(length).fill(0.5);
    const candidate = new Float32Array(length).fill(0.75);
    const point = projected(candidate, clean, { norm: 'l0', pixels: 2 });
    const changed = [...point.keys()].filter((index) => point[index] !== clean[index]);
    expect(changed).toEqual([0, 1, 6, 7, 12, 13]);
    expect(projected(candidate, clean, { norm: 'l0', pixels: 0 })).toEqual(clean);
    expect(projected(candidate, clean, { norm: 'l0', pixels: 99 })).toEqual(candidate);
    const none = projected(candidate, clean, { norm: 'frames', frames: 0, epsilon: 1 });
    expect(none).toEqual(clean);
  });
});
