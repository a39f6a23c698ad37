import { describe, expect, it } from 'vitest';
import { areFinite, isInsideUnitRange, isOnGrid } from '@msanet/simd';
import { gridValues, lengths, slopes, unitValues } from './values.js';

/** The verdict on values of which one, first, in the middle or last, is replaced. */
function verdicts(
  check: (values: Float32Array) => boolean,
  values: Float32Array,
  replacement: number,
): boolean[] {
  const places = [0, Math.floor(values.length / 2), values.length - 1];
  return places.map((place) => {
    const changed = values.slice();
    changed[place] = replacement;
    return check(changed);
  });
}

describe.each(lengths)('of %i values', (length) => {
  it.each([
    [0, true],
    [1, true],
    [2 ** -149, true],
    [-(2 ** -149), false],
    [1 + 2 ** -23, false],
    [-1, false],
    [Infinity, false],
    [-Infinity, false],
    [NaN, false],
  ])('isInsideUnitRange finds %d: %s', (value, inside) => {
    const found = verdicts(isInsideUnitRange, unitValues(length, 1), value);
    expect(found).toEqual([inside, inside, inside]);
  });

  it.each([
    [3.4e38, true],
    [-3.4e38, true],
    [Infinity, false],
    [-Infinity, false],
    [NaN, false],
  ])('areFinite finds %d: %s', (value, finite) => {
    const found = verdicts(areFinite, slopes(length, 2), value);
    expect(found).toEqual([finite, finite, finite]);
  });

  it.each([
    [17 / 255, true],
    [Math.fround(17 / 255) + 2 ** -27, false],
    [0.5, false],
    [256 / 255, false],
    [-1 / 255, false],
    [NaN, false],
  ])('isOnGrid finds %d: %s', (value, onGrid) => {
    const found = verdicts(isOnGrid, gridValues(length, 3), value);
    expect(found).toEqual([onGrid, onGrid, onGrid]);
  });
});

it('finds every level on the grid', () => {
  expect(isOnGrid(Float32Array.from({ length: 256 }, (_, level) => level / 255))).toBe(true);
});
