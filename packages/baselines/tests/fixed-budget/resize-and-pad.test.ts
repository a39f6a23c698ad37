import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { ResizeAndPad, drawPlacement } from '../../src/fixed-budget/resize-and-pad.js';

const inner = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + value * b[index], 0);

describe('shrinking and padding', () => {
  it('interpolates between pixel centres, and leaves the rest black', () => {
    const size = { frames: 1, height: 2, width: 4 };
    const frame = Float32Array.from({ length: 24 }, (_, index) => 1 + (index % 8));
    const out = new Float32Array(24).fill(9);
    new ResizeAndPad(size, { height: 1, width: 2, top: 1, left: 1 }).apply(frame, out);
    // The centres of two pixels over four are at 0.5 and 2.5, that of one over two at 0.5.
    const plane = [0, 0, 0, 0, 0, 3.5, 5.5, 0];
    expect(Array.from(out)).toEqual([...plane, ...plane, ...plane]);
  });

  it('of a full-size placement changes nothing', () => {
    const size = { frames: 1, height: 3, width: 5 };
    const frame = new Random(1).fillUniform(new Float32Array(45));
    const out = new Float32Array(45);
    const full = new ResizeAndPad(size, { height: 3, width: 5, top: 0, left: 0 });
    full.apply(frame, out);
    expect(out).toEqual(frame);
    full.pullBack(frame, out);
    expect(out).toEqual(frame);
  });

  it('has the adjoint that it pulls back by: ⟨T x, y⟩ = ⟨x, Tᵀ y⟩', () => {
    const random = new Random(2);
    for (let round = 0; round < 50; round++) {
      const size = { frames: 1, height: 1 + random.integer(9), width: 1 + random.integer(9) };
      const length = 3 * size.height * size.width;
      const transform = new ResizeAndPad(size, drawPlacement(random, size, random.uniform(0.1, 1)));
      const [x, y] = [0, 1].map(() => random.fillNormal(new Float32Array(length)));
      const [image, pulled] = [new Float32Array(length).fill(7), new Float32Array(length).fill(7)];
      transform.apply(x, image);
      transform.pullBack(y, pulled);
      expect(inner(image, y), `round ${round}`).toBeCloseTo(inner(x, pulled), 4);
    }
  });
});

describe('random placements', () => {
  const size = { frames: 1, height: 20, width: 40 };
  const draws = Array.from({ length: 4000 }, (_, seed) =>
    drawPlacement(new Random(seed), size, 0.9),
  );

  it('have every width from 90 % up to one pixel less than all, about equally often', () => {
    const counts = new Map<number, number>();
    for (const { width } of draws) counts.set(width, (counts.get(width) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([36, 37, 38, 39]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  it('keep the proportions and lie inside, everywhere', () => {
    for (const { height, width, top, left } of draws) {
      expect(height).toBe(Math.round(width / 2));
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top + height).toBeLessThanOrEqual(20);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(40);
    }
    const smallest = draws.filter(({ width }) => width === 36);
    expect(new Set(smallest.map(({ left }) => left))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(new Set(smallest.map(({ top }) => top))).toEqual(new Set([0, 1, 2]));
  });
});
