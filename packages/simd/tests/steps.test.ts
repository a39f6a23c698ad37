import { describe, expect, it } from 'vitest';
import { addScaled, moveAlong, scaleChange, signStep, subtract } from '@msanet/simd';
import { clamped, lengths, movedValues, slopes, unitValues } from './values.js';

const { fround } = Math;

describe.each(lengths)('of %i values', (length) => {
  const clean = unitValues(length, 1);
  const clip = movedValues(clean, 2);
  const gradient = slopes(length, 3);

  it('signStep moves by the sign and clamps, in float32', () => {
    const [stride, epsilon] = [fround(0.03), fround(8 / 255)];
    const start = clip.map(clamped);
    const expected = start.map((value, index) => {
      const moved = fround(value + stride * Math.sign(gradient[index]));
      const lowest = Math.max(0, fround(clean[index] - epsilon));
      const highest = Math.min(1, fround(clean[index] + epsilon));
      return Math.min(highest, Math.max(lowest, moved));
    });
    const stepped = start.slice();
    signStep(stepped, clean, gradient, stride, epsilon);
    expect(stepped).toEqual(expected);
  });

  it('signStep takes steps against the gradient', () => {
    const down = clean.slice();
    signStep(down, clean, gradient, -0.01, 1);
    const up = clean.slice();
    signStep(
      up,
      clean,
      gradient.map((slope) => -slope),
      0.01,
      1,
    );
    expect(down).toEqual(up);
  });

  it('addScaled is one float64 operation, rounded', () => {
    const target = clip.slice();
    addScaled(target, 0.123456789, gradient);
    expect(target).toEqual(clip.map((value, index) => value + 0.123456789 * gradient[index]));
  });

  it('subtract is one float32 operation, and may write over either', () => {
    const expected = clip.map((value, index) => value - clean[index]);
    const [left, right, out] = [clip.slice(), clean.slice(), new Float32Array(length)];
    subtract(out, clip, clean);
    subtract(left, left, clean);
    subtract(right, clip, right);
    expect([out, left, right]).toEqual([expected, expected, expected]);
  });

  it('moveAlong stays in [0, 1]', () => {
    const out = new Float32Array(length);
    moveAlong(out, clean, 0.7, gradient);
    const expected = clean.map((value, index) => clamped(value + 0.7 * gradient[index]));
    expect(out).toEqual(expected);
  });

  it.each([0, 0.4, 1])(
    'scaleChange by %d goes to the clean values and stays in [0, 1]',
    (scale) => {
      const scaled = clip.slice();
      scaleChange(scaled, clean, scale);
      const expected = clip.map((value, index) =>
        clamped(clean[index] + scale * (value - clean[index])),
      );
      expect(scaled).toEqual(expected);
    },
  );
});

it('leaves values alone where the gradient is 0 or −0', () => {
  const clip = Float32Array.of(0.25, 0.5, 0.75);
  signStep(clip, Float32Array.of(0.25, 0.5, 0.75), Float32Array.of(0, -0, -1e-38), 0.125, 1);
  expect([...clip]).toEqual([0.25, 0.5, 0.625]);
});

it('reads and writes parts of a longer array', () => {
  const batch = Float32Array.of(9, 1, 2, 3, 9);
  addScaled(batch.subarray(1, 4), 10, Float32Array.of(1, 1, 1));
  expect([...batch]).toEqual([9, 11, 12, 13, 9]);
});
