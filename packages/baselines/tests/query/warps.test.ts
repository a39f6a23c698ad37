import { describe, expect, it } from 'vitest';
import type { ClipSize } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { maxAbsError } from '@msanet/testkit';
import { drawWarp, warpImage, type AffineMatrix } from '../../src/query/affine-warp.js';
import { originsInFirstFrame } from '../../src/query/block-motion.js';

const image = Float32Array.from([1, 2, 3, 4, 5, 7, 9, 11, -1, -3, 2, 6]);

function warped(matrix: AffineMatrix): Float32Array {
  const out = new Float32Array(12).fill(9);
  warpImage(image, out, matrix, 3, 4);
  return out;
}

describe('warping an image', () => {
  it.each<[AffineMatrix, number[]]>([
    [
      [0.8, 0.3, -0.2, -0.4, 1.1, 0.3],
      [1.87, 2.8, 2.493333, 2.36, 0.8, 2.613333, 6.833333, 9.16, -0.38, -0.816667, 1.613333, 5.4],
    ],
    [
      [-1.5, 0, 0.25, 0, -1.5, -0.5],
      [0, 4.5, -2.375, -0.625, 0, 6.9375, 4.6875, 1.875, 0, 0, 0, 0],
    ],
  ])('by %j gives what grid_sample of PyTorch 1.13 gives', (matrix, expected) => {
    expect(maxAbsError(warped(matrix), expected)).toBeLessThan(2e-6);
  });

  it('by the identity changes nothing, and beyond the edges is 0', () => {
    expect([...warped([1, 0, 0, 0, 1, 0])]).toEqual([...image]);
    expect([...warped([1, 0, 5, 0, 1, 0])]).toEqual(new Array(12).fill(0));
  });

  it('draws as many numbers as the warp has freedom', () => {
    const [scale, zero, , otherZero, sameScale] = drawWarp(new Random(1), 'translation-dilation');
    expect([zero, otherZero]).toEqual([0, 0]);
    expect(sameScale).toBe(scale);
    expect(new Set(drawWarp(new Random(1), 'affine')).size).toBe(6);
  });
});

describe('following pixels back to the first frame', () => {
  const size: ClipSize = { frames: 3, height: 40, width: 48 };
  const area = 40 * 48;
  /** A texture that moves by (2, −3) pixels per frame; blocks at the edges cannot follow what comes in there. */
  const random = new Random(81);
  const texture = random.fillUniform(new Float32Array(80 * 80));
  const clip = new Float32Array(3 * 3 * area);
  for (let index = 0; index < clip.length; index++) {
    const frame = Math.floor(index / (3 * area));
    const [row, column] = [Math.floor((index % area) / 48), index % 48];
    clip[index] = texture[(row - 2 * frame + 10) * 80 + column + 3 * frame + 10];
  }

  it('finds the motion of a texture, and chains it', () => {
    const origins = originsInFirstFrame(clip, size);
    let found = 0;
    let asked = 0;
    for (let frame = 0; frame < 3; frame++) {
      for (let row = 18; row < 32; row++) {
        for (let column = 16; column < 29; column++) {
          const origin = origins[frame * area + row * 48 + column];
          asked += 1;
          if (origin === (row - 2 * frame) * 48 + column + 3 * frame) found += 1;
        }
      }
    }
    expect(found / asked).toBe(1);
    expect(origins.every((origin) => origin >= 0 && origin < area)).toBe(true);
  });

  it('leaves a still clip where it is', () => {
    const still = new Float32Array(clip.length).fill(0.25);
    const origins = originsInFirstFrame(still, size);
    expect(origins.every((origin, at) => origin === at % area)).toBe(true);
  });
});
