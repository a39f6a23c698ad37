import { describe, expect, it } from 'vitest';
import { cosine, maxAbsError, relativeError } from '@msanet/testkit';

describe('relativeError', () => {
  it('is the distance relative to the expected value', () => {
    expect(relativeError([3, 0], [0, 4])).toBeCloseTo(5 / 4, 15);
    expect(relativeError([2, 4], [1, 2])).toBeCloseTo(1, 15);
  });

  it('is 0 for equal values, also where both are zero', () => {
    expect(relativeError(Float32Array.of(1, -2), [1, -2])).toBe(0);
    expect(relativeError([0, 0], [0, 0])).toBe(0);
  });

  it('is infinite where only the expected value is zero', () => {
    expect(relativeError([1], [0])).toBe(Infinity);
  });

  it('reads 64-bit integers', () => {
    expect(relativeError(BigInt64Array.of(1n, 2n), [1, 1])).toBeCloseTo(Math.SQRT1_2, 15);
  });
});

describe('cosine', () => {
  it.each([
    [[1, 0], [5, 0], 1],
    [[1, 0], [0, 3], 0],
    [[1, 2], [-2, -4], -1],
    [[1, 0], [1, 1], Math.SQRT1_2],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(cosine(a, b)).toBeCloseTo(expected, 15);
  });

  it('is 1 for two zeros and 0 for one', () => {
    expect(cosine([0, 0], [0, 0])).toBe(1);
    expect(cosine([0, 0], [1, 0])).toBe(0);
  });
});

describe('maxAbsError', () => {
  it('finds the largest difference', () => {
    expect(maxAbsError([1, 5, -3], [1, 4, -1])).toBe(2);
  });

  it('takes equal infinities and two NaNs as equal, and nothing else of the kind', () => {
    expect(maxAbsError([Infinity, NaN], [Infinity, NaN])).toBe(0);
    expect(maxAbsError([Infinity], [-Infinity])).toBe(Infinity);
    expect(maxAbsError([NaN], [1])).toBe(Infinity);
  });
});

it('calls no values of different lengths close', () => {
  expect(relativeError([1, 2], [1])).toBeNaN();
  expect(cosine([1], [1, 0])).toBeNaN();
  expect(maxAbsError([1], [1, 0])).toBe(Infinity);
});
