import { describe, expect, it } from 'vitest';
import { changeInLevels, innerProduct, magnitudesOf } from '@msanet/simd';
import { gridValues, lengths, movedValues, slopes, sumOf } from './values.js';

describe.each(lengths)('of %i values', (length) => {
  const values = slopes(length, 1);
  const others = slopes(length, 2);

  it('magnitudesOf sums in float64', () => {
    const { largest, sum, squares } = magnitudesOf(values);
    expect(largest).toBe(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
    expect(sum).toBeCloseTo(
      sumOf(values, (index) => Math.abs(values[index])),
      7,
    );
    expect(squares).toBeCloseTo(
      sumOf(values, (index) => values[index] ** 2),
      7,
    );
  });

  it('innerProduct sums in float64', () => {
    const expected = sumOf(values, (index) => values[index] * others[index]);
    expect(innerProduct(values, others)).toBeCloseTo(expected, 7);
  });

  it('changeInLevels measures in levels', () => {
    const clean = gridValues(length, 3);
    const clip = movedValues(clean, 4);
    const change = (index: number) => 255 * Math.abs(clip[index] - clean[index]);
    const { largest, sum, squares } = changeInLevels(clip, clean, false);
    expect(largest).toBe(clip.reduce((most, _, index) => Math.max(most, change(index)), 0));
    expect(sum / sumOf(clip, change)).toBeCloseTo(1, 12);
    expect(squares / sumOf(clip, (index) => change(index) ** 2)).toBeCloseTo(1, 12);
  });

  it('changeInLevels counts whole levels exactly', () => {
    const clean = gridValues(length, 5);
    const clip = gridValues(length, 6);
    const change = (index: number) =>
      Math.abs(Math.round(255 * clip[index]) - Math.round(255 * clean[index]));
    expect(changeInLevels(clip, clean, true)).toEqual({
      largest: clip.reduce((most, _, index) => Math.max(most, change(index)), 0),
      sum: sumOf(clip, change),
      squares: sumOf(clip, (index) => change(index) ** 2),
    });
  });
});

it('finds nothing in no values', () => {
  expect(magnitudesOf(new Float32Array(0))).toEqual({ largest: 0, sum: 0, squares: 0 });
});
