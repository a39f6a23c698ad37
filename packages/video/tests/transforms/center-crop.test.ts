import { describe, expect, it } from 'vitest';
import { tensor } from '@msanet/tensor';
import { centerCrop, toBytes, toFloat } from '../../src/index.js';
import { noiseClip } from '../support/clips.js';

/** A frame in which every pixel of each channel holds its column. */
function columnsClip(width: number) {
  const data = Uint8Array.from({ length: 3 * width }, (_, index) => index % width);
  return tensor('uint8', [1, 3, 1, width], data);
}

describe('centerCrop', () => {
  it('rounds the corner half to even, as Python does', () => {
    // round((w − 2) / 2): 0.5 → 0, 1 → 1, 1.5 → 2, 2 → 2, 2.5 → 2, 3.5 → 4
    const corners = [3, 4, 5, 6, 7, 9].map(
      (width) => centerCrop(columnsClip(width), { height: 1, width: 2 }).data[0],
    );
    expect(corners).toEqual([0, 1, 2, 2, 2, 4]);
  });

  it('takes the same window of every channel and frame', () => {
    const clip = noiseClip(2, 6, 8);
    const cropped = centerCrop(clip, { height: 2, width: 4 });
    expect(cropped.shape).toEqual([2, 3, 2, 4]);
    cropped.data.forEach((level, index) => {
      const plane = Math.floor(index / 8);
      const row = 2 + (Math.floor(index / 4) % 2);
      const column = 2 + (index % 4);
      expect(level).toBe(clip.data[(plane * 6 + row) * 8 + column]);
    });
  });

  it('returns the clip itself where nothing is cut, and refuses to grow', () => {
    const clip = noiseClip(1, 4, 4);
    expect(centerCrop(clip, { height: 4, width: 4 })).toBe(clip);
    expect(() => centerCrop(clip, { height: 5, width: 4 })).toThrow(/at most 4×4, got 4×5/);
    expect(() => centerCrop(clip, { height: 0, width: 4 })).toThrow(/at most 4×4, got 4×0/);
  });
});

describe('toFloat and toBytes', () => {
  it('undo each other on all levels', () => {
    const data = Uint8Array.from({ length: 768 }, (_, index) => index % 256);
    const clip = tensor('uint8', [1, 3, 16, 16], data);
    const values = toFloat(clip);
    expect(values.data[51]).toBe(Math.fround(0.2));
    expect(values.data[255]).toBe(1);
    expect(toBytes(values)).toEqual(clip);
  });

  it('round to the nearest level and clip', () => {
    const data = Float32Array.from([-1, 0.4 / 255, 0.6 / 255, 254.6 / 255, 2, 1]);
    const clip = tensor('float32', [1, 3, 1, 2], data);
    expect([...toBytes(clip).data]).toEqual([0, 0, 1, 255, 255, 255]);
  });
});
