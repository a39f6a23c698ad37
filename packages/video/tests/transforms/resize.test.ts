import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectDataType, readNpy, tensor } from '@msanet/tensor';
import { resizeBilinear, resizeShortSide, shortSideSize, toFloat } from '../../src/index.js';
import { difference, flatClip, noiseClip } from '../support/clips.js';

const folder = new URL('../golden/', import.meta.url);
const golden = (name: string) => readNpy(readFileSync(new URL(name, folder)), name);
const source = expectDataType(golden('source.npy'), 'uint8', 'source.npy');
const sizes = readdirSync(folder)
  .map((name) => /^pil-(\d+)x(\d+)\.npy$/.exec(name))
  .flatMap((match) => (match ? [{ height: Number(match[1]), width: Number(match[2]) }] : []));

describe('resizeBilinear', () => {
  it.each(sizes)('agrees with PyTorch at $height × $width', (size) => {
    const values = tensor('float32', source.shape, Float32Array.from(source.data));
    for (const [kind, antialias] of [
      ['antialias', true],
      ['plain', false],
    ] as const) {
      const expected = golden(`torch-${kind}-${size.height}x${size.width}.npy`);
      const scaled = resizeBilinear(values, size, { antialias });
      expect(scaled.shape).toEqual(expected.shape);
      const data = expectDataType(expected, 'float32', 'golden').data;
      expect(difference(scaled.data, data).largest, kind).toBeLessThan(2e-4);
    }
  });

  it.each(sizes)("gives PIL's bytes at $height × $width", (size) => {
    const expected = golden(`pil-${size.height}x${size.width}.npy`);
    const scaled = resizeBilinear(source, size);
    const data = expectDataType(expected, 'uint8', 'golden').data;
    expect(difference(scaled.data, data).largest).toBe(0);
  });

  it('keeps flat pictures flat', () => {
    const clip = flatClip(1, 5, 9, () => [3, 200, 255]);
    for (const size of [
      { height: 2, width: 3 },
      { height: 31, width: 12 },
    ]) {
      const expected = flatClip(1, size.height, size.width, () => [3, 200, 255]);
      expect(resizeBilinear(clip, size).data).toEqual(expected.data);
      expect(resizeBilinear(clip, size, { antialias: false }).data).toEqual(expected.data);
    }
  });

  it('does not touch its input and keeps the element type', () => {
    const clip = noiseClip(1, 4, 6);
    const before = clip.data.slice();
    expect(resizeBilinear(clip, { height: 3, width: 3 }).dtype).toBe('uint8');
    expect(resizeBilinear(toFloat(clip), { height: 3, width: 3 }).dtype).toBe('float32');
    expect(clip.data).toEqual(before);
  });

  it('refuses what is no clip or no size', () => {
    const picture = tensor('uint8', [3, 2, 2], new Uint8Array(12));
    expect(() => resizeBilinear(picture, { height: 1, width: 1 })).toThrow(
      /expected a clip of shape \(frames, 3, height, width\), got \(3, 2, 2\)/,
    );
    const clip = noiseClip(1, 2, 2);
    for (const length of [0, 1.5, NaN]) {
      expect(() => resizeBilinear(clip, { height: 2, width: length })).toThrow(/whole pixels/);
    }
  });
});

describe('resizeShortSide', () => {
  it('scales the longer side in proportion, rounded down', () => {
    expect(shortSideSize({ height: 240, width: 320 }, 256)).toEqual({ height: 256, width: 341 });
    expect(shortSideSize({ height: 320, width: 240 }, 256)).toEqual({ height: 341, width: 256 });
    expect(shortSideSize({ height: 256, width: 340 }, 256)).toEqual({ height: 256, width: 340 });
    expect(resizeShortSide(noiseClip(1, 6, 8), 3).shape).toEqual([1, 3, 3, 4]);
    expect(() => shortSideSize({ height: 2, width: 2 }, 0)).toThrow(/whole number of pixels/);
  });

  it('returns the clip itself where nothing changes', () => {
    const clip = noiseClip(1, 6, 8);
    expect(resizeShortSide(clip, 6)).toBe(clip);
  });
});
