import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { largestMagnitude } from '../src/largest-magnitude.js';

/** The float32 value of those bits. */
const valueOf = (bits: number): number => new Float32Array(Int32Array.of(bits).buffer)[0];

describe('the k-th largest magnitude', () => {
  it.each([1, 2, 3, 4, 5])('is that of a sorted list, seed %d', (seed) => {
    const random = new Random(seed);
    const values = Float32Array.from({ length: 500 }, () => {
      const magnitude = 10 ** random.uniform(-40, 30);
      return (random.integer(2) - 0.5) * (random.integer(10) === 0 ? random.integer(3) : magnitude);
    });
    const sorted = values.map(Math.abs).sort().reverse();
    for (const count of [1, 2, 3, 10, 100, 250, 499, 500]) {
      const { bits, above } = largestMagnitude(new Int32Array(values.buffer), count);
      expect(valueOf(bits)).toBe(sorted[count - 1]);
      expect(above).toBe(sorted.indexOf(sorted[count - 1]));
    }
  });

  it('of zeros is 0', () => {
    const bits = new Int32Array(Float32Array.of(0, -0, 0).buffer);
    expect(largestMagnitude(bits, 2)).toEqual({ bits: 0, above: 0 });
  });
});
