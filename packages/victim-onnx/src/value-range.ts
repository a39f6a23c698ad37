import type { PixelNormalization } from './network/normalize-clips.js';

/** The values that a model takes pixels in, before its means are subtracted: `0..1`, `0..255` or `-1..1`. */
export type ValueRange = (typeof valueRanges)[number];

/** The ranges, the usual one first. */
export const valueRanges = ['0..1', '0..255', '-1..1'] as const;

const scales: Readonly<Record<ValueRange, { readonly scale: number; readonly offset: number }>> = {
  '0..1': { scale: 1, offset: 0 },
  '0..255': { scale: 255, offset: 0 },
  '-1..1': { scale: 2, offset: -1 },
};

/**
 * The normalisation of values in [0, 1] that brings them into a range and normalises them there:
 * (scale · v + offset − mean) / deviation, as one mean and one deviation.
 *
 * @param normalization means and deviations in units of the range; none by default
 * @returns nothing where nothing has to be done
 */
export function rangeNormalization(
  range: ValueRange = '0..1',
  normalization?: PixelNormalization,
): PixelNormalization | undefined {
  if (range === '0..1') return normalization;
  const { scale, offset } = scales[range];
  const { mean = [0, 0, 0], deviation = [1, 1, 1] } = normalization ?? {};
  const [r, g, b] = mean.map((value) => (value - offset) / scale);
  const [dr, dg, db] = deviation.map((value) => value / scale);
  return { mean: [r, g, b], deviation: [dr, dg, db] };
}
