import { describe, expect, it } from 'vitest';
import { clipAt, targeted, type AttackPlugin, type Budget, type ClipBatch } from '@msanet/core';
import { cw, ddn, deepfool, ead, fab, fabT, fmn } from '@msanet/baselines';
import { attackWith } from '../raw-result.js';
import { affineScene, distance, fewestPixels, norm, type AffineScene } from './affine.js';

const five = await affineScene(5);
/** Of two classes, cross-entropy and margin have the same direction. */
const two = await affineScene(2);

const unbounded: Readonly<Record<'linf' | 'l2' | 'l1', Budget>> = {
  linf: { norm: 'linf', epsilon: 1 },
  l2: { norm: 'l2', epsilon: 100 },
  l1: { norm: 'l1', epsilon: 1000 },
};

/** How much larger each clip's perturbation is than the smallest possible one. */
function excess(found: ClipBatch, scene: AffineScene, which: 'linf' | 'l2' | 'l1'): number[] {
  return scene.boundaries.map((near, clip) => {
    const size = norm(clipAt(found, clip), clipAt(scene.clips, clip), which);
    return size / distance(near, clipAt(scene.clips, clip), which) - 1;
  });
}

describe('on an affine victim DeepFool reaches the nearest boundary in one step', () => {
  it.each(['l2', 'linf'] as const)('%s', async (which) => {
    const { victim, clips } = five;
    const options = { rounded: false, overshoot: 0.02 };
    const outcome = await attackWith(deepfool, options, {
      victim,
      clips,
      budget: unbounded[which],
    });
    excess(outcome.raw, five, which).forEach((value, clip) => {
      const smallest = distance(five.boundaries[clip], clipAt(clips, clip), which);
      expect(value).toBeCloseTo(1.02 * (1 + 1e-4 / smallest) - 1, 4);
    });
    for (const { queries } of outcome.clips) expect(queries).toEqual({ forward: 1, gradient: 5 });
  });
});

describe('on an affine victim FAB reaches the nearest boundary in one step', () => {
  const budgets = Object.entries(unbounded) as ['linf' | 'l2' | 'l1', Budget][];

  it.each(budgets)('%s, but for the overshoot', async (which, budget) => {
    const { victim, clips } = five;
    for (const overshoot of [1.05, 1.001]) {
      const options = { steps: 1, overshoot, finalSearch: 0, rounded: false };
      const { raw } = await attackWith(fab, options, { victim, clips, budget });
      for (const value of excess(raw, five, which)) {
        // In l1 a value that [0, 1] stops does not overshoot.
        if (which === 'l1') expect(value).toBeGreaterThan(0);
        else expect(value).toBeGreaterThan(overshoot - 1 - 1e-4);
        expect(value).toBeLessThan(overshoot - 1 + 1e-4);
      }
    }
  });

  it('and FAB-T reaches it when its class has its turn', async () => {
    const { victim, clips } = five;
    const budget = unbounded.l2;
    const options = { steps: 1, finalSearch: 0, rounded: false };
    const { raw, clips: outcomes } = await attackWith(fabT, options, { victim, clips, budget });
    for (const value of excess(raw, five, 'l2')) expect(value).toBeCloseTo(0.05, 4);
    for (const { queries } of outcomes) expect(queries).toEqual({ forward: 5, gradient: 4 });
  });
});

/** Attacks that converge to the boundary, with what they may miss it by. */
const attacks: [
  AttackPlugin,
  'linf' | 'l2' | 'l1',
  AffineScene,
  Record<string, unknown>,
  number,
][] = [
  [cw, 'l2', five, {}, 0.02],
  // The more weight the l1 norm has in the elastic net, the nearer is its minimum to that of l1 alone.
  [ead, 'l1', five, { decisionRule: 'L1', regularization: 0.03 }, 0.03],
  [ddn, 'l2', two, {}, 0.01],
  [fmn, 'l2', five, {}, 0.01],
  [fmn, 'linf', five, {}, 0.02],
  [fmn, 'l1', five, {}, 0.02],
];
const named = attacks.map(([plugin, which, scene, options, allowed]) => ({
  name: `${plugin.id} in ${which}`,
  ...{ plugin, which, scene, options, allowed },
}));

describe('on an affine victim the smallest perturbation is found', () => {
  it.each(named)('by $name', async ({ plugin, which, scene, options, allowed }) => {
    const { victim, clips } = scene;
    const request = { victim, clips, budget: unbounded[which] };
    const { raw } = await attackWith(plugin, { ...options, rounded: false }, request);
    for (const value of excess(raw, scene, which)) {
      expect(value).toBeGreaterThan(-1e-5);
      expect(value).toBeLessThan(allowed);
    }
  });

  it.each([
    {
      name: 'deepfool in l2',
      plugin: deepfool,
      which: 'l2',
      scene: five,
      options: {},
      allowed: 0.02,
    } as const,
    {
      name: 'deepfool in linf',
      plugin: deepfool,
      which: 'linf',
      scene: five,
      options: {},
      allowed: 0.02,
    } as const,
    ...named,
  ])('by $name on 8 bits, but for rounding', async ({ plugin, which, scene, options, allowed }) => {
    const { victim, clips } = scene;
    const request = { victim, clips, budget: unbounded[which] };
    const { adversarial, clips: outcomes } = await attackWith(plugin, options, request);
    expect(outcomes.every(({ success }) => success)).toBe(true);
    scene.boundaries.forEach((near, clip) => {
      const smallest = distance(near, clipAt(clips, clip), which);
      // In linf every value counts, so that all are rounded up to the next level.
      const limit =
        which === 'linf' ? Math.ceil(smallest * 255 * 1.02) / 255 : (1.04 + allowed) * smallest;
      const found = norm(clipAt(adversarial, clip), clipAt(clips, clip), which);
      expect(found).toBeLessThan(limit + 1e-6);
    });
  });

  it('by fmn in l0, but for two pixels', async () => {
    const { victim, clips, boundaries } = five;
    const budget = { norm: 'l0', pixels: 24 } as const;
    const { adversarial, clips: outcomes } = await attackWith(fmn, {}, { victim, clips, budget });
    expect(outcomes.every(({ success }) => success)).toBe(true);
    boundaries.forEach((near, clip) => {
      const found = norm(clipAt(adversarial, clip), clipAt(clips, clip), 'l0');
      const fewest = fewestPixels(near, clipAt(clips, clip));
      expect(found).toBeGreaterThanOrEqual(fewest);
      expect(found).toBeLessThanOrEqual(fewest + 2);
    });
  });
});

describe('on an affine victim a target that is in reach is met by the shortest way', () => {
  it.each(named)('by $name', async ({ plugin, which, scene, options, allowed }) => {
    const { victim, clips, labels, boundaries } = scene;
    const nearest = boundaries.map((near, clip) => {
      const far = near.map((one) => distance([one], clipAt(clips, clip), which));
      return near[far.indexOf(Math.min(...far))];
    });
    const criteria = nearest.map(({ target }, clip) => targeted(labels[clip], target));
    const request = { victim, clips, criteria, budget: unbounded[which] };
    const { raw } = await attackWith(plugin, { ...options, rounded: false }, request);
    for (const value of excess(raw, scene, which)) expect(value).toBeLessThan(allowed);
  });
});
