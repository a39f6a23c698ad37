import { describe, expect, it } from 'vitest';
import { denseSampling, uniformSampling } from '../src/index.js';

describe('dense sampling', () => {
  it.each([
    // span 13 of 20: three frames before it, four behind
    { frames: 4, stride: 4, count: 20, indices: [3, 7, 11, 15] },
    { frames: 4, stride: undefined, count: 5, indices: [0, 1, 2, 3] },
    { frames: 4, stride: 4, count: 13, indices: [0, 4, 8, 12] },
    // too short: the last frame is repeated
    { frames: 4, stride: 4, count: 6, indices: [0, 4, 5, 5] },
    { frames: 3, stride: 2, count: 1, indices: [0, 0, 0] },
  ])('takes $frames of $count, $stride apart', ({ frames, stride, count, indices }) => {
    expect(denseSampling(frames, stride).indices(count)).toEqual(indices);
  });
});

describe('uniform sampling', () => {
  it.each([
    { frames: 4, count: 10, indices: [0, 3, 6, 9] },
    { frames: 3, count: 10, indices: [0, 4, 9] },
    { frames: 4, count: 2, indices: [0, 0, 0, 1] },
    { frames: 1, count: 10, indices: [0] },
  ])('takes $frames of $count', ({ frames, count, indices }) => {
    expect(uniformSampling(frames).indices(count)).toEqual(indices);
  });
});
