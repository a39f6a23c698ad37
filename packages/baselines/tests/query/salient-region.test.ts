import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { maxAbsError } from '@msanet/testkit';
import { salientRegion } from '../../src/query/salient-region.js';
import { transform } from '../../src/query/spectral-residual.js';

describe('the Fourier transform', () => {
  const extent = { height: 5, width: 6 };
  const random = new Random(1);
  const image = random.fillUniform(new Float64Array(30));

  it('is what its definition says', () => {
    const [real, imaginary] = [image.slice(), new Float64Array(30)];
    transform(real, imaginary, extent, -1);
    for (const [v, u] of [
      [0, 0],
      [1, 2],
      [4, 5],
      [3, 0],
    ]) {
      let [re, im] = [0, 0];
      image.forEach((value, at) => {
        const turn = -2 * Math.PI * ((v * Math.floor(at / 6)) / 5 + (u * (at % 6)) / 6);
        re += value * Math.cos(turn);
        im += value * Math.sin(turn);
      });
      expect(real[v * 6 + u]).toBeCloseTo(re, 10);
      expect(imaginary[v * 6 + u]).toBeCloseTo(im, 10);
    }
  });

  it('comes back', () => {
    const [real, imaginary] = [image.slice(), new Float64Array(30)];
    transform(real, imaginary, extent, -1);
    transform(real, imaginary, extent, 1);
    expect(
      maxAbsError(
        real.map((value) => value / 30),
        image,
      ),
    ).toBeLessThan(1e-12);
    expect(maxAbsError(imaginary, new Float64Array(30))).toBeLessThan(1e-10);
  });
});

describe('the salient region', () => {
  const size = { frames: 2, height: 80, width: 72 };
  const area = 80 * 72;
  /** Regular stripes with a disc in them, elsewhere in each frame. */
  const clip = new Float32Array(2 * 3 * area);
  const inDisc = (frame: number, row: number, column: number): boolean =>
    Math.hypot(row - (frame === 0 ? 22 : 58), column - (frame === 0 ? 50 : 20)) < 6;
  for (let index = 0; index < clip.length; index++) {
    const frame = Math.floor(index / (3 * area));
    const [row, column] = [Math.floor((index % area) / 72), index % 72];
    clip[index] = inDisc(frame, row, column) ? 1 : 0.4 + 0.1 * Math.sin(column / 2);
  }

  it('of a tenth holds what stands out, in each frame, in all channels', () => {
    const mask = salientRegion(clip, size, 0.1);
    for (let frame = 0; frame < 2; frame++) {
      const first = 3 * frame * area;
      const plane = mask.subarray(first, first + area);
      expect(plane.reduce((sum, value) => sum + value, 0)).toBe(Math.round(0.1 * area));
      expect(mask.subarray(first + area, first + 2 * area)).toEqual(plane);
      expect(mask.subarray(first + 2 * area, first + 3 * area)).toEqual(plane);
      let [held, all] = [0, 0];
      plane.forEach((value, pixel) => {
        if (!inDisc(frame, Math.floor(pixel / 72), pixel % 72)) return;
        all += 1;
        held += value;
      });
      expect(held / all, `frame ${frame}`).toBeGreaterThan(0.8);
    }
  });

  it('of everything is everything', () => {
    expect(salientRegion(clip, size, 1).every((value) => value === 1)).toBe(true);
  });
});
