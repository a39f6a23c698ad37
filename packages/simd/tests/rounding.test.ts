import { describe, expect, it } from 'vitest';
import { roundTowards, roundWithin } from '@msanet/simd';
import { clamped, gridValues, lengths, movedValues, sumOf } from './values.js';

/** The nearest level of a value in [0, 1], half a level up. */
const levelOf = (value: number) => Math.floor(value * 255 + 0.5);

describe.each(lengths)('of %i values', (length) => {
  const clean = gridValues(length, 1);
  const clip = movedValues(clean, 2).map(clamped);

  it('roundTowards finds the nearest level, and half a level towards the clean one', () => {
    for (let at = 0; at < length; at += 5) clip[at] = 0.5;
    const levels = clip.map((value, index) => {
      const exact = 255 * value;
      if (exact % 1 !== 0.5) return Math.round(exact);
      return clean[index] * 255 < exact ? Math.floor(exact) : Math.ceil(exact);
    });
    const out = new Float32Array(length);
    const { sum, squares } = roundTowards(out, clip, clean);
    expect(out).toEqual(levels.map((level) => level / 255));
    const change = (index: number) => Math.abs(levels[index] - levelOf(clean[index]));
    expect(sum).toBe(sumOf(out, change));
    expect(squares).toBe(sumOf(out, (index) => change(index) ** 2));
  });

  it.each([0, 3, 255])('roundWithin stays within %i levels and inside the range', (reach) => {
    const rounded = movedValues(clean, 3);
    const expected = rounded.map((value, index) => {
      const centre = levelOf(clean[index]);
      const level = levelOf(clamped(value));
      return Math.min(centre + reach, Math.max(centre - reach, level)) / 255;
    });
    roundWithin(rounded, clean, reach);
    expect(rounded).toEqual(expected);
  });
});
