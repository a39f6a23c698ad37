import { describe, expect, it } from 'vitest';
import type { ClipPair } from '../../src/index.js';
import { metricNamed } from './metric-named.js';

const frames = 4;
const height = 6;
const width = 5;
const area = height * width;
const length = frames * 3 * area;

/** A grey clip and the same after a change of some values, by frame, channel and position. */
function changed(change: (frame: number, channel: number, position: number) => number): ClipPair {
  const clean = new Float32Array(length).fill(0.5);
  const adversarial = clean.map(
    (value, index) =>
      value + change(Math.floor(index / (3 * area)), Math.floor(index / area) % 3, index % area),
  );
  return { clean, adversarial, frames, height, width };
}

function valuesOf(pair: ClipPair): Record<string, number | null> {
  const ids = [
    'mean-absolute-perturbation',
    'l0',
    'l1',
    'l2',
    'linf',
    'frames-touched',
    'pixels-touched',
    'psnr',
    'psnr-frame',
    'thickness',
    'temporal-roughness',
    'flicker',
  ];
  return Object.fromEntries(ids.map((id) => [id, metricNamed(id).measure(pair)]));
}

function expectValues(pair: ClipPair, expected: Record<string, number>): void {
  const values = valuesOf(pair);
  for (const [id, value] of Object.entries(expected)) {
    if (Number.isFinite(value)) expect(values[id], id).toBeCloseTo(value, 5);
    else expect(values[id], id).toBe(value);
  }
}

describe('closed forms', () => {
  it('of identical clips', () => {
    expectValues(
      changed(() => 0),
      {
        'mean-absolute-perturbation': 0,
        l0: 0,
        l1: 0,
        l2: 0,
        linf: 0,
        'frames-touched': 0,
        'pixels-touched': 0,
        psnr: Infinity,
        'psnr-frame': Infinity,
        thickness: 0,
        'temporal-roughness': 0,
        flicker: 0,
      },
    );
  });

  it('of a constant shift by 1/8', () => {
    expectValues(
      changed(() => -1 / 8),
      {
        'mean-absolute-perturbation': 255 / 8,
        l0: length,
        l1: length / 8,
        l2: Math.sqrt(length) / 8,
        linf: 255 / 8,
        'frames-touched': 1,
        'pixels-touched': 1,
        psnr: 20 * Math.log10(8),
        'psnr-frame': 20 * Math.log10(8),
        thickness: 12.5,
        'temporal-roughness': 0,
        flicker: 0,
      },
    );
  });

  it('of one pixel, changed in two channels of one frame', () => {
    const pair = changed((frame, channel, position) =>
      frame === 1 && position === 7 && channel > 0 ? 0.25 : 0,
    );
    expectValues(pair, {
      'mean-absolute-perturbation': (255 * 0.5) / length,
      l0: 2,
      l1: 0.5,
      l2: 0.25 * Math.SQRT2,
      linf: 63.75,
      'frames-touched': 1 / frames,
      'pixels-touched': 1 / (frames * area),
      psnr: 10 * Math.log10(length / 0.125),
      'psnr-frame': 10 * Math.log10(length / frames / 0.125),
      thickness: 50 / length,
      'temporal-roughness': 100 / length,
      flicker: 100 / length,
    });
  });

  it('of one frame, shifted', () => {
    // Wherever the frame is, two of the four cyclic steps see it.
    for (const shifted of [0, 2, 3]) {
      const pair = changed((frame) => (frame === shifted ? 0.25 : 0));
      expectValues(pair, {
        'frames-touched': 1 / frames,
        'pixels-touched': 1 / frames,
        thickness: 25 / frames,
        'temporal-roughness': 50 / frames,
        flicker: 50 / frames,
        psnr: 10 * Math.log10(frames * 16),
        'psnr-frame': 10 * Math.log10(16),
      });
    }
  });

  it('of a checkerboard that swaps in every frame: rough, but without flicker', () => {
    const pair = changed((frame, _, position) => ((frame + position) % 2 === 0 ? 0.1 : -0.1));
    expectValues(pair, { thickness: 10, 'temporal-roughness': 20, flicker: 0 });
  });

  it('of a clip of a single frame: no temporal change', () => {
    const clean = new Float32Array(3 * area);
    const adversarial = clean.map((_, index) => (index % 7) / 10);
    const pair = { clean, adversarial, frames: 1, height, width };
    expectValues(pair, { 'temporal-roughness': 0, flicker: 0 });
  });
});
