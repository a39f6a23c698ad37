import { readFileSync } from 'node:fs';
import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { metricNamed } from './metric-named.js';
import { goldenClips, randomClips } from './seeded-clips.js';

interface GoldenCase {
  readonly seed: number;
  readonly frames: number;
  readonly height: number;
  readonly width: number;
  readonly strength: number;
  readonly psnr: number;
  readonly psnrPerFrame: number;
  readonly ssim: number;
  readonly msSsim: number;
}

const golden = JSON.parse(
  readFileSync(new URL('golden/similarity.json', import.meta.url), 'utf8'),
) as GoldenCase[];

const ssim = metricNamed('ssim');
const msSsim = metricNamed('ms-ssim');

describe.each(golden)(
  'a clip of $frames×3×$height×$width with noise of $strength levels',
  ({ seed, frames, height, width, strength, ...expected }) => {
    const pair = goldenClips(seed, frames, height, width, strength);

    it('has the PSNR of scikit-image, of the video and per frame', () => {
      expect(metricNamed('psnr').measure(pair)).toBeCloseTo(expected.psnr, 5);
      expect(metricNamed('psnr-frame').measure(pair)).toBeCloseTo(expected.psnrPerFrame, 5);
    });

    it('has the SSIM of scikit-image', () => {
      expect(ssim.measure(pair)).toBeCloseTo(expected.ssim, 7);
    });

    it('has the MS-SSIM of torch, with as many scales as fit', () => {
      expect(msSsim.measure(pair)).toBeCloseTo(expected.msSsim, 6);
    });
  },
);

describe('structural similarity', () => {
  it('is undefined where the window does not fit', () => {
    const pair = randomClips(new Random(1), { height: 10, width: 30 });
    expect(ssim.measure(pair)).toBeNull();
    expect(msSsim.measure(pair)).toBeNull();
  });

  it('of a shifted constant clip is the luminance term alone', () => {
    const size = { frames: 1, height: 12, width: 12 };
    const clean = new Float32Array(3 * 144).fill(0.5);
    const adversarial = new Float32Array(3 * 144).fill(0.75);
    const luminance = (2 * 0.5 * 0.75 + 1e-4) / (0.5 ** 2 + 0.75 ** 2 + 1e-4);
    expect(ssim.measure({ clean, adversarial, ...size })).toBeCloseTo(luminance, 10);
  });

  it('is the same whether windows without change are skipped or not', () => {
    const pair = randomClips(new Random(2), { frames: 2, height: 30, width: 33 });
    const { clean } = pair;
    const sparse = clean.slice();
    for (const index of [5 * 33 + 4, 20 * 33 + 30, 30 * 33 * 4 + 15 * 33 + 16]) {
      sparse[index] = 1 - sparse[index];
    }
    // With the two clips in each other's place, other rows are prepared and others computed.
    const there = ssim.measure({ ...pair, adversarial: sparse });
    const back = ssim.measure({ ...pair, clean: sparse, adversarial: clean });
    expect(there).toBeCloseTo(back ?? NaN, 12);
    // A change too small to matter in every pixel leaves nothing to skip.
    const everywhere = sparse.map((value) => value + 1e-6);
    expect(ssim.measure({ ...pair, adversarial: everywhere })).toBeCloseTo(there ?? NaN, 5);
  });

  it('renormalises the weights of the scales that fit: one scale is SSIM itself', () => {
    const pair = randomClips(new Random(3), { height: 21, width: 21 });
    expect(msSsim.measure(pair)).toBeCloseTo(ssim.measure(pair) ?? NaN, 12);
  });
});
