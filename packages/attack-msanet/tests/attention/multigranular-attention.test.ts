import { emptyClips, type ClipAttention, type ClipBatch } from '@msanet/core';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { randomClips } from '@msanet/testkit';
import { Random, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { MultigranularAttention, type AttentionOptions } from '../../src/index.js';

const size = { frames: 3, height: 15, width: 14 };
const clip = randomClips(1, size, 5);
const gradient: ClipBatch = emptyClips(1, size);
new Random(6).fillNormal(gradient.data);

const full: AttentionOptions = {
  granularity: 'both',
  axes: 'both',
  motion: true,
  saliency: true,
};

async function withAttention<R>(
  options: Partial<AttentionOptions>,
  use: (focused: ClipAttention) => Promise<R>,
  seed = 1,
): Promise<R> {
  const attention = new MultigranularAttention(new ReferenceRuntime(), { ...full, ...options });
  try {
    return await use(await attention.focus(clip, new Random(seed)));
  } finally {
    await attention.dispose();
  }
}

describe('MultigranularAttention', () => {
  it.each<[string, Partial<AttentionOptions>]>([
    ['all heads', {}],
    ['coarse', { granularity: 'coarse' }],
    ['fine', { granularity: 'fine' }],
    ['over space', { axes: 'spatial' }],
    ['over time', { axes: 'temporal' }],
    ['without motion', { motion: false }],
    ['without saliency', { saliency: false }],
  ])('pulls a gradient on the mask back to its parameters: %s', async (_, options) => {
    await withAttention(options, async (focused) => {
      const cotangent: Tensor<'float32'> = {
        dtype: 'float32',
        shape: [size.frames, 1, size.height, size.width],
        data: new Random(7).fillNormal(new Float32Array(size.frames * size.height * size.width)),
      };
      const along = async (): Promise<number> => {
        const { mask } = await focused.attend(gradient);
        return mask.data.reduce((sum, value, index) => sum + value * cotangent.data[index], 0);
      };
      // Away from the kinks that zero biases sit on.
      new Random(9).fillNormal(focused.parameters, 0, 0.3);
      const start = focused.parameters.slice();
      await focused.attend(gradient);
      const pulled = await focused.pullBack(cotangent);
      expect(pulled).toHaveLength(focused.parameters.length);
      const scale = Math.sqrt(pulled.reduce((sum, value) => sum + value * value, 0));
      const direction = pulled.map((value) => value / scale);
      const step = 2e-3;
      const at = async (sign: 1 | -1): Promise<number> => {
        start.forEach((value, index) => {
          focused.parameters[index] = value + sign * step * direction[index];
        });
        return along();
      };
      const slope = ((await at(1)) - (await at(-1))) / (2 * step);
      // Along the gradient itself the slope is its length; the mask leaves as float32.
      expect(slope / scale).toBeCloseTo(1, 1);
    });
  });

  it('multiplies the heads and scales the product to a maximum of 1', async () => {
    await withAttention({}, async (focused) => {
      const { mask, granularities } = await focused.attend(gradient);
      const pictures = Object.values(granularities);
      expect(pictures).toHaveLength(4);
      const product = mask.data.map((_, index) =>
        pictures.reduce((value, { data }) => value * data[index], 1),
      );
      const highest = Math.max(...product);
      for (let index = 0; index < product.length; index++) {
        expect(mask.data[index]).toBeCloseTo(product[index] / highest, 5);
      }
    });
  });

  it('gives one weight per frame, and one per region, where it selects', async () => {
    await withAttention({ granularity: 'coarse' }, async (focused) => {
      const { granularities } = await focused.attend(gradient);
      const area = size.height * size.width;
      const frames = granularities['temporal-select'].data;
      for (let index = 0; index < frames.length; index++) {
        expect(frames[index]).toBe(frames[Math.floor(index / area) * area]);
      }
      // Upsampled from a grid of 7 × 7 regions of 2 × 2 pixels: neighbours differ by less than regions do.
      const regions = granularities['spatial-select'].data;
      expect(new Set(regions).size).toBeGreaterThan(7);
    });
  });

  it('is decided by the seed', async () => {
    const masks = await Promise.all(
      [1, 1, 2].map((seed) =>
        withAttention({}, async (focused) => (await focused.attend(gradient)).mask.data, seed),
      ),
    );
    expect(masks[0]).toEqual(masks[1]);
    expect(masks[0]).not.toEqual(masks[2]);
  });

  it('prefers what moves the victim before it has learned anything', async () => {
    const strong = emptyClips(1, size);
    const hot = 1 * 3 * size.height * size.width + 100;
    strong.data.fill(0.01);
    strong.data[hot] = 50;
    await withAttention({ granularity: 'fine' }, async (focused) => {
      const { mask } = await focused.attend(strong);
      const pixel = size.height * size.width + 100;
      expect(mask.data[pixel]).toBeCloseTo(1, 5);
    });
  });

  it('says what it misses', async () => {
    await withAttention({}, async (focused) => {
      await expect(focused.attend()).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' });
    });
  });
});
