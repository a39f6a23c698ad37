import { Random, isMsanetError } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import {
  describeMetrics,
  measureAgainst,
  perceptibilityMetrics,
  type ClipPair,
  type Metric,
} from '../../src/index.js';
import { permuteFrames, randomClips } from './seeded-clips.js';

/** What identical clips give. */
const atIdentity: Record<string, number> = {
  psnr: Infinity,
  'psnr-frame': Infinity,
  ssim: 1,
  'ms-ssim': 1,
};
const temporal = new Set(['temporal-roughness', 'flicker', 'warping-error-increase']);
/** Metrics that measure the adversarial clip by what is in the clean one. */
const asymmetric = new Set(['warping-error-increase']);

const cases = perceptibilityMetrics.map((metric): [string, Metric] => [metric.id, metric]);
const seeds = [11, 12, 13];

describe.each(cases)('%s', (id, metric) => {
  it('takes its documented value on identical clips', () => {
    for (const seed of seeds) {
      const { clean, ...size } = randomClips(new Random(seed));
      const value = metric.measure({ ...size, clean, adversarial: clean.slice() });
      expect(value, `seed ${seed}`).toBe(atIdentity[id] ?? 0);
    }
  });

  it('grows or falls with the perturbation, in the direction it says', () => {
    for (const seed of seeds) {
      const little = metric.measure(randomClips(new Random(seed), { strength: 2 }));
      const much = metric.measure(randomClips(new Random(seed), { strength: 60 }));
      const [best, worst] = metric.better === 'lower' ? [little, much] : [much, little];
      expect(best, `seed ${seed}`).toBeLessThanOrEqual(worst ?? NaN);
    }
  });

  it('gives the same prepared once as measured pair by pair, and changes no clip', () => {
    const first = randomClips(new Random(21));
    const second = randomClips(new Random(22)).adversarial;
    const copies = [first.clean, first.adversarial, second].map((clip) => clip.slice());
    const measurement = metric.prepare({ ...first, data: first.clean });
    const values = [first.adversarial, second, first.adversarial].map((clip) => measurement(clip));
    expect(values).toEqual([
      metric.measure(first),
      metric.measure({ ...first, adversarial: second }),
      metric.measure(first),
    ]);
    expect([first.clean, first.adversarial, second]).toEqual(copies);
  });

  it(`${temporal.has(id) ? 'depends' : 'does not depend'} on the order of the frames`, () => {
    const pair = driftingNoise(new Random(31));
    const value = metric.measure(pair) ?? NaN;
    const permuted = metric.measure(permuteFrames(pair, [0, 3, 1, 4, 2])) ?? NaN;
    if (temporal.has(id)) expect(Math.abs(permuted - value)).toBeGreaterThan(1e-6);
    else expect(permuted).toBeCloseTo(value, 9);
  });

  it('refuses clips of another size', () => {
    const { clean, adversarial, ...size } = randomClips(new Random(41));
    for (const pair of [
      { ...size, clean, adversarial: adversarial.subarray(1) },
      { ...size, clean: clean.subarray(1), adversarial },
      {
        clean: new Float32Array(),
        adversarial: new Float32Array(),
        frames: 0,
        height: 4,
        width: 4,
      },
    ]) {
      expect(codeOf(() => metric.measure(pair))).toBe('SHAPE_MISMATCH');
    }
  });
});

describe.each(cases.filter(([id]) => !asymmetric.has(id)))('%s', (_, metric) => {
  it('is symmetric in the two clips', () => {
    for (const seed of seeds) {
      const pair = randomClips(new Random(seed));
      const swapped = { ...pair, clean: pair.adversarial, adversarial: pair.clean };
      const [value, back] = [metric.measure(pair), metric.measure(swapped)];
      expect(back, `seed ${seed}`).toBeCloseTo(value ?? NaN, 9);
    }
  });
});

/** Five frames whose perturbation grows from frame to frame, so that their order matters. */
function driftingNoise(random: Random): ClipPair {
  const pair = randomClips(random, { frames: 5, strength: 1 });
  const length = pair.clean.length / 5;
  const adversarial = pair.adversarial.map((value, index) =>
    Math.min(1, value + 0.02 * Math.floor(index / length) ** 2),
  );
  return { ...pair, adversarial };
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return isMsanetError(error) ? error.code : String(error);
  }
  return undefined;
}

describe('a clip of two clips, one after the other', () => {
  const first = randomClips(new Random(61), { frames: 2, height: 24, width: 25 });
  const second = randomClips(new Random(62), { frames: 2, height: 24, width: 25, strength: 30 });
  const joined: ClipPair = {
    ...first,
    frames: 4,
    clean: Float32Array.of(...first.clean, ...second.clean),
    adversarial: Float32Array.of(...first.adversarial, ...second.adversarial),
  };
  const [one, two, both] = [first, second, joined].map(valuesOf);
  const averaged = [
    'mean-absolute-perturbation',
    'frames-touched',
    'pixels-touched',
    'psnr-frame',
    'ssim',
    'ms-ssim',
    'thickness',
  ];

  it.each(averaged)('has the mean of their %s', (id) => {
    expect(both[id]).toBeCloseTo(((one[id] ?? NaN) + (two[id] ?? NaN)) / 2, 9);
  });

  it('has the sum of their L0 and L1, the largest L∞, and L2 as in a right triangle', () => {
    expect(both['l0']).toBe((one['l0'] ?? NaN) + (two['l0'] ?? NaN));
    expect(both['l1']).toBeCloseTo((one['l1'] ?? NaN) + (two['l1'] ?? NaN), 9);
    expect(both['linf']).toBe(Math.max(one['linf'] ?? NaN, two['linf'] ?? NaN));
    expect(both['l2']).toBeCloseTo(Math.hypot(one['l2'] ?? NaN, two['l2'] ?? NaN), 9);
  });
});

describe('flicker', () => {
  it('is never above the temporal roughness', () => {
    for (const seed of seeds) {
      const values = valuesOf(randomClips(new Random(seed), { strength: 90 }));
      expect(values['flicker'], `seed ${seed}`).toBeLessThanOrEqual(
        values['temporal-roughness'] ?? NaN,
      );
    }
  });
});

describe('the norms', () => {
  it('satisfy their inequalities', () => {
    for (const seed of seeds) {
      const values = valuesOf(randomClips(new Random(seed)));
      const [l0, l1, l2] = [values['l0'] ?? NaN, values['l1'] ?? NaN, values['l2'] ?? NaN];
      const linf = (values['linf'] ?? NaN) / 255;
      expect(l1).toBeLessThanOrEqual(Math.sqrt(l0) * l2 + 1e-9);
      expect(l2).toBeLessThanOrEqual(Math.sqrt(l0) * linf + 1e-9);
      expect(l2 * l2).toBeLessThanOrEqual(l1 * linf + 1e-9);
    }
  });
});

describe('the list of metrics', () => {
  it('has one description per id, with every field filled', () => {
    const rows = describeMetrics();
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row.id).toMatch(/^[a-z][a-z0-9-]*$/);
      for (const text of Object.values(row)) expect(text).toBeTypeOf('string');
      expect(Object.values(row)).not.toContain('');
    }
  });

  it('is measured as a whole, or as far as one asks, with the values of each metric alone', () => {
    const pair = randomClips(new Random(51), { height: 30, width: 31 });
    const measure = measureAgainst({ ...pair, data: pair.clean });
    const all = measure(pair.adversarial);
    const alone = perceptibilityMetrics.map((metric) => [metric.id, metric.measure(pair)]);
    expect(Object.entries(all)).toEqual(alone);
    // An array that is filled anew is a new clip: nothing of the last measurement may be left.
    const reused = pair.clean.slice();
    measure(reused);
    reused.set(pair.adversarial);
    expect(measure(reused)).toEqual(all);
    const some = perceptibilityMetrics.slice(0, 2);
    const few = measureAgainst({ ...pair, data: pair.clean }, some)(pair.adversarial);
    expect(few).toEqual(Object.fromEntries(some.map(({ id }) => [id, all[id]])));
  });
});

function valuesOf(pair: ClipPair): Readonly<Record<string, number | null>> {
  return measureAgainst({ ...pair, data: pair.clean })(pair.adversarial);
}
