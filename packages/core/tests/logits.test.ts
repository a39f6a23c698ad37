import { describe, expect, it } from 'vitest';
import { argmax, logitsOf, softmax, topClasses } from '@msanet/core';

describe('logits', () => {
  it('are rows of a matrix, as views', () => {
    const logits = {
      dtype: 'float32',
      shape: [2, 3],
      data: Float32Array.of(1, 2, 3, 4, 5, 6),
    } as const;
    expect(logitsOf(logits, 1)).toEqual(Float32Array.of(4, 5, 6));
    logitsOf(logits, 1)[0] = 9;
    expect(logits.data[3]).toBe(9);
  });

  it('rank classes, the first of equals first', () => {
    expect(argmax([1, 3, 3, 2])).toBe(1);
    expect(argmax([-Infinity, -5])).toBe(1);
    expect(topClasses([1, 3, 3, 2, 3], 4)).toEqual([1, 2, 4, 3]);
    expect(topClasses([1, 3], 5)).toEqual([1, 0]);
  });
});

describe('softmax', () => {
  it('gives the probabilities', () => {
    const [p, q, r] = softmax([Math.log(1), Math.log(2), Math.log(5)]);
    expect(p).toBeCloseTo(1 / 8, 15);
    expect(q).toBeCloseTo(2 / 8, 15);
    expect(r).toBeCloseTo(5 / 8, 15);
  });

  it('survives scores that exp cannot take', () => {
    expect(Array.from(softmax([1000, 1000, -1000]))).toEqual([0.5, 0.5, 0]);
    expect(Array.from(softmax([-2000, -2000]))).toEqual([0.5, 0.5]);
  });
});
