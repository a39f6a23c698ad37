import { describe, expect, it } from 'vitest';
import { clipAt, emptyClips } from '@msanet/core';
import { randomClips } from '@msanet/testkit';
import { kernelWeights, smoothedSlope } from '../../src/fixed-budget/gradient-kernel.js';
import { WorkingBatch } from '../../src/working-batch.js';

describe('kernel weights', () => {
  it('are those of the paper', () => {
    expect(Array.from(kernelWeights('uniform', 3))).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(Array.from(kernelWeights('linear', 3))).toEqual([0.25, 0.5, 0.25]);
    // The normal density at −3, 0 and 3 standard deviations.
    const tail = Math.exp(-4.5) / (1 + 2 * Math.exp(-4.5));
    const [left, middle, right] = kernelWeights('gaussian', 3);
    expect(left).toBeCloseTo(tail, 12);
    expect(middle).toBeCloseTo(1 - 2 * tail, 12);
    expect(right).toBe(left);
  });

  it.each(['gaussian', 'linear', 'uniform'] as const)('%s have sum 1', (shape) => {
    for (const length of [1, 3, 7, 15]) {
      const weights = kernelWeights(shape, length);
      expect(weights.length).toBe(length);
      expect(weights.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
  });
});

describe('a smoothed slope', () => {
  it('is the convolution along all three axes, with zeros outside', async () => {
    const size = { frames: 3, height: 4, width: 5 };
    const clips = randomClips(2, size, 5);
    const gradient = randomClips(2, size, 6);
    const kernel = {
      frames: kernelWeights('linear', 3),
      height: kernelWeights('gaussian', 7),
      width: kernelWeights('uniform', 3),
    };
    const plain = {
      queries: () => 1,
      at: async () => ({
        loss: new Float32Array(2),
        adversarial: [false, false],
        gradient: { ...gradient, data: gradient.data.slice() },
      }),
    };
    const smoothed = smoothedSlope(plain, clips, kernel);
    const found = await smoothed.at(new WorkingBatch(clips, [0, 1]), { step: 1, steps: 1 });

    const at = (clip: Float32Array, f: number, c: number, y: number, x: number): number =>
      f < 0 || f >= 3 || y < 0 || y >= 4 || x < 0 || x >= 5
        ? 0
        : clip[((f * 3 + c) * 4 + y) * 5 + x];
    const expected = emptyClips(2, size);
    for (const clip of [0, 1]) {
      clipAt(expected, clip).forEach((_, index) => {
        const [x, y] = [index % 5, Math.floor(index / 5) % 4];
        const [c, f] = [Math.floor(index / 20) % 3, Math.floor(index / 60)];
        let sum = 0;
        for (let df = -1; df <= 1; df++) {
          for (let dy = -3; dy <= 3; dy++) {
            for (let dx = -1; dx <= 1; dx++) {
              const weight = kernel.frames[df + 1] * kernel.height[dy + 3] * kernel.width[dx + 1];
              sum += weight * at(clipAt(gradient, clip), f + df, c, y + dy, x + dx);
            }
          }
        }
        clipAt(expected, clip)[index] = sum;
      });
    }
    found.gradient.data.forEach((value, index) => {
      expect(value).toBeCloseTo(expected.data[index], 5);
    });
  });
});
