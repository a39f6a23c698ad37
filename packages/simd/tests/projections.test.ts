import { describe, expect, it } from 'vitest';
import { approach, approachGain, ballPosition, shrinkChange, shrunkChange } from '@msanet/simd';
import { clamped, lengths, movedValues, slopes, sumOf, unitValues } from './values.js';

describe.each(lengths)('of %i values', (length) => {
  const clean = unitValues(length, 1);
  const clip = movedValues(clean, 2);
  const normal = slopes(length, 3);
  const delta = (index: number) => clip[index] - clean[index];

  it('ballPosition measures the distance, and sees a value outside [0, 1]', () => {
    const { squares, insideRange } = ballPosition(clip, clean);
    expect(squares).toBeCloseTo(
      sumOf(clip, (index) => delta(index) ** 2),
      7,
    );
    expect(insideRange).toBe(clip.every((value) => value >= 0 && value <= 1));
    expect(ballPosition(clip.map(clamped), clean).insideRange).toBe(true);
    const outside = clean.slice();
    outside[length - 1] = 1 + 2 ** -23;
    expect(ballPosition(outside, clean).insideRange).toBe(false);
  });

  it.each([0, 2 ** -5])('soft thresholding with %d shrinks and clamps', (threshold) => {
    const room = (index: number) => (delta(index) > 0 ? 1 - clean[index] : clean[index]);
    const rest = (index: number) => Math.max(Math.abs(delta(index)) - threshold, 0);
    const left = (index: number) => Math.min(rest(index), room(index));
    const { sum, falling, largest } = shrunkChange(clip, clean, threshold);
    const expected = sumOf(clip, left);
    expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-7 * expected);
    expect(falling).toBe(
      sumOf(clip, (index) => (rest(index) > 0 && rest(index) < room(index) ? 1 : 0)),
    );
    expect(largest).toBe(
      clip.reduce((most, _, index) => Math.max(most, Math.abs(delta(index))), 0),
    );
    const shrunk = clip.slice();
    shrinkChange(shrunk, clean, threshold);
    expect(shrunk).toEqual(
      clip.map((_, index) => clean[index] + Math.sign(delta(index)) * left(index)),
    );
  });

  it.each([
    { scale: 0.2, sign: 1, even: true },
    { scale: 0.2, sign: -1, even: false },
  ] as const)('approaches a hyperplane: $sign, even $even', (step) => {
    const { scale, sign, even } = step;
    const pace = (index: number) => (even ? 1 : Math.abs(normal[index]));
    const room = (index: number) => (sign * normal[index] > 0 ? 1 - clean[index] : clean[index]);
    const stops = (index: number) => scale * pace(index) >= room(index);
    const { stopped, rate } = approachGain(clean, normal, step);
    const gain = (index: number, reach: number) => Math.abs(normal[index]) * reach;
    expect(stopped).toBeCloseTo(
      sumOf(clean, (index) => (stops(index) ? gain(index, room(index)) : 0)),
      7,
    );
    expect(rate).toBeCloseTo(
      sumOf(clean, (index) => (stops(index) ? 0 : gain(index, pace(index)))),
      7,
    );
    const out = new Float32Array(length);
    approach(out, clean, normal, step);
    const expected = clean.map((_, index) =>
      normal[index] === 0
        ? 0
        : Math.sign(sign * normal[index]) * Math.min(scale * pace(index), room(index)),
    );
    // 0 is equal to −0 here.
    expect([...out].map((value) => value + 0)).toEqual([...expected].map((value) => value + 0));
  });
});
