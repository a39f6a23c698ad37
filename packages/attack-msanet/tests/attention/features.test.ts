import { clipBatch } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { featuresOf, saliencyOf } from '../../src/attention/features.js';

const size = { frames: 3, height: 4, width: 6 };
const area = size.height * size.width;
const shape = [1, size.frames, 3, size.height, size.width];

function plane(features: Float32Array, channels: number, frame: number, channel: number) {
  const start = (frame * channels + channel) * area;
  return features.subarray(start, start + area);
}

describe('featuresOf', () => {
  it('is flat for a clip of one colour', () => {
    const clip = clipBatch(new Float32Array(size.frames * 3 * area).fill(0.4), shape);
    const features = featuresOf(clip, true);
    expect(features.shape).toEqual([3, 4, 4, 6]);
    for (const value of plane(features.data, 4, 1, 0)) expect(value).toBeCloseTo(0.4, 6);
    for (const channel of [1, 2, 3]) {
      expect(plane(features.data, 4, 1, channel).every((value) => Math.abs(value) < 1e-6)).toBe(
        true,
      );
    }
  });

  it('sees motion in the frames around it, and only there', () => {
    const clip = clipBatch(new Float32Array(size.frames * 3 * area), shape);
    // One pixel lights up in the last frame.
    for (let channel = 0; channel < 3; channel++) clip.data[(2 * 3 + channel) * area + 8] = 1;
    const { data } = featuresOf(clip, true);
    expect(plane(data, 4, 1, 2)[8]).toBeGreaterThan(0);
    expect(plane(data, 4, 2, 3)[8]).toBeGreaterThan(0);
    expect(plane(data, 4, 0, 2)[8]).toBe(0);
    expect(plane(data, 4, 2, 2)[8]).toBe(0);
    expect(plane(data, 4, 1, 3)[8]).toBe(0);
    expect(featuresOf(clip, false).shape).toEqual([3, 2, 4, 6]);
  });

  it('does not depend on the scale of the gradient', () => {
    const direction = new Random(3).fillNormal(new Float32Array(size.frames * 3 * area));
    const small = saliencyOf(direction, size);
    const large = saliencyOf(
      direction.map((value) => value * 1e4),
      size,
    );
    for (let index = 0; index < small.data.length; index++) {
      expect(large.data[index]).toBeCloseTo(small.data[index], 4);
    }
  });
});
