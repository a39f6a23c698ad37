import { describe, expect, it } from 'vitest';
import type { AttackPlugin, Budget } from '@msanet/core';
import { maxAbsError, randomClips, smoothVictim } from '@msanet/testkit';
import { bim, diFgsm, fgsm, miFgsm, niFgsm, pgd, tiFgsm, vmiFgsm } from '@msanet/baselines';
import { attackWith, type RawOutcome } from '../raw-result.js';

const size = { frames: 3, height: 5, width: 6 };
const victim = smoothVictim({ classes: 5, size, seed: 21 });
const clips = randomClips(3, size, 22);
const linf: Budget = { norm: 'linf', epsilon: 16 / 255 };
const l2: Budget = { norm: 'l2', epsilon: 0.8 };

const run = (
  plugin: AttackPlugin,
  options: Record<string, unknown>,
  budget: Budget,
): Promise<RawOutcome> => attackWith(plugin, options, { victim, clips, budget });

type Options = Record<string, unknown>;

/** An attack with options, the attack that it then is, and the budgets in which that holds. */
const relations: [string, [AttackPlugin, Options], [AttackPlugin, Options], Budget[]][] = [
  ['PGD from the clean clip is BIM', [pgd, { randomStart: false }], [bim, {}], [linf, l2]],
  ['MI-FGSM without decay is BIM', [miFgsm, { decay: 0 }], [bim, {}], [linf, l2]],
  [
    'MI-FGSM by frames without decay is BIM',
    [miFgsm, { decay: 0, normalization: 'frame' }],
    [bim, {}],
    [linf],
  ],
  ['NI-FGSM without decay is BIM', [niFgsm, { decay: 0 }], [bim, {}], [linf]],
  ['VMI-FGSM without samples is MI-FGSM', [vmiFgsm, { samples: 0 }], [miFgsm, {}], [linf]],
  ['DI-FGSM that never transforms is BIM', [diFgsm, { probability: 0 }], [bim, {}], [linf, l2]],
  [
    'DI-FGSM that keeps the size is BIM',
    [diFgsm, { probability: 1, resizeRate: 1 }],
    [bim, {}],
    [linf, l2],
  ],
  [
    'DI-FGSM with decay that never transforms is MI-FGSM',
    [diFgsm, { probability: 0, decay: 1 }],
    [miFgsm, {}],
    [linf, l2],
  ],
  ['TI-FGSM with a kernel of 1 is BIM', [tiFgsm, { spatialKernel: 1 }], [bim, {}], [linf, l2]],
  [
    'TI-FGSM with a kernel of 1 and decay is MI-FGSM',
    [tiFgsm, { spatialKernel: 1, decay: 1 }],
    [miFgsm, {}],
    [linf, l2],
  ],
];

const cases = relations.flatMap(([name, one, other, budgets]) =>
  budgets.flatMap((budget) =>
    [true, false].map(
      (earlyStop) =>
        [
          `${name}, ${budget.norm}, early stop ${earlyStop}`,
          one,
          other,
          budget,
          earlyStop,
        ] as const,
    ),
  ),
);

describe('one attack is another', () => {
  it.each(cases)('%s', async (_, [one, options], [other, otherOptions], budget, earlyStop) => {
    const radius = 'epsilon' in budget ? budget.epsilon : 0;
    const common = { steps: 6, stepSize: radius / 4, earlyStop };
    const is = await run(one, { ...common, ...options }, budget);
    const ought = await run(other, { ...common, ...otherOptions }, budget);
    // In linf only signs count, so not a bit may differ; in l2 normalising twice rounds twice.
    const tolerance = budget.norm === 'linf' ? 0 : 1e-6;
    expect(maxAbsError(is.raw.data, ought.raw.data)).toBeLessThanOrEqual(tolerance);
    expect(is.clips.map(({ queries }) => queries)).toEqual(
      ought.clips.map(({ queries }) => queries),
    );
    expect(maxAbsError(is.raw.data, clips.data)).toBeGreaterThan(radius / 10);
  });

  it.each([linf, l2])('PGD in one step from the clean clip is FGSM, $norm', async (budget) => {
    const options = { steps: 1, stepSize: 0.05, randomStart: false, earlyStop: false };
    const one = await run(pgd, options, { ...budget, epsilon: 0.05 } as Budget);
    const fast = await run(fgsm, {}, { ...budget, epsilon: 0.05 } as Budget);
    expect(one.raw).toEqual(fast.raw);
  });
});

/** Attacks with what they add, each of which must make a difference. */
const differences: [string, AttackPlugin, Options, Options][] = [
  ['decay', miFgsm, {}, { decay: 0 }],
  ['normalising by frames', miFgsm, {}, { normalization: 'frame' }],
  ['looking ahead', niFgsm, {}, { decay: 0 }],
  ['tuning the variance', vmiFgsm, { samples: 3 }, { samples: 0 }],
  ['the reach of neighbours', vmiFgsm, { samples: 3 }, { samples: 3, reach: 0.5 }],
  ['diverse inputs', diFgsm, { probability: 1, resizeRate: 0.5 }, { probability: 0 }],
  [
    'transforms for each frame',
    diFgsm,
    { probability: 1, resizeRate: 0.5 },
    { probability: 1, resizeRate: 0.5, perFrame: true },
  ],
  ['a kernel in space', tiFgsm, { spatialKernel: 3 }, { spatialKernel: 1 }],
  ['a kernel in time', tiFgsm, { spatialKernel: 1 }, { spatialKernel: 1, temporalKernel: 3 }],
  [
    'the shape of the kernel',
    tiFgsm,
    { spatialKernel: 5 },
    { spatialKernel: 5, kernel: 'uniform' },
  ],
  ['diversity under a kernel', tiFgsm, { spatialKernel: 3 }, { spatialKernel: 3, diversity: 1 }],
];

describe('makes a difference', () => {
  it.each(differences)('%s', async (_, plugin, one, other) => {
    const first = await run(plugin, one, linf);
    const second = await run(plugin, other, linf);
    expect(maxAbsError(first.raw.data, second.raw.data)).toBeGreaterThan(1e-3);
  });
});

describe('queries', () => {
  it.each<[AttackPlugin, Options, number]>([
    [miFgsm, {}, 10],
    [niFgsm, {}, 10],
    [diFgsm, {}, 10],
    [tiFgsm, {}, 10],
    [vmiFgsm, { steps: 4, samples: 5 }, 4 + 3 * 5],
    [vmiFgsm, { steps: 1 }, 1],
  ])('of $id with %j are %d gradients per clip', async (plugin, options, gradient) => {
    const { clips: outcomes } = await run(plugin, options, linf);
    for (const { queries } of outcomes) expect(queries).toEqual({ forward: 0, gradient });
  });

  it('of VMI-FGSM end where a whole step is not affordable', async () => {
    const { clips: outcomes } = await attackWith(
      vmiFgsm,
      { steps: 4, samples: 5 },
      { victim, clips, budget: linf, queryLimit: 13 },
    );
    for (const { queries } of outcomes) expect(queries).toEqual({ forward: 0, gradient: 12 });
  });
});
