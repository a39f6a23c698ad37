import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack, linearVictim } from '@msanet/testkit';
import {
  apgd,
  apgdT,
  auto,
  bim,
  diFgsm,
  fgsm,
  miFgsm,
  niFgsm,
  pgd,
  smallestEpsilon,
  tiFgsm,
  vmiFgsm,
} from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [apgd, { steps: 12 }],
  [apgd, { loss: 'dlr', steps: 8, restarts: 2, earlyStop: false }],
  [apgdT, { steps: 5, targets: 2 }],
  [apgdT, { steps: 4, randomStart: false, earlyStop: false }],
  [auto, { steps: 4, targets: 2, maxQueries: 6 }],
  [fgsm, {}],
  [fgsm, { loss: 'dlr' }],
  [bim, {}],
  [bim, { loss: 'margin', steps: 3, earlyStop: false }],
  [miFgsm, {}],
  [miFgsm, { steps: 5, decay: 0.5, normalization: 'frame', earlyStop: true }],
  [niFgsm, {}],
  [niFgsm, { steps: 5, normalization: 'frame', earlyStop: true }],
  [vmiFgsm, { samples: 3 }],
  [vmiFgsm, { steps: 4, samples: 2, loss: 'margin', earlyStop: true }],
  [diFgsm, { resizeRate: 0.5, probability: 1 }],
  [diFgsm, { resizeRate: 0.6, decay: 1, perFrame: true, earlyStop: true }],
  [tiFgsm, { spatialKernel: 3 }],
  [tiFgsm, { temporalKernel: 3, kernel: 'linear', decay: 1, diversity: 0.5, earlyStop: true }],
  [pgd, {}],
  [pgd, { loss: 'margin', steps: 3, randomStart: false }],
  [pgd, { loss: 'dlr', steps: 3, restarts: 3, earlyStop: false }],
  [pgd, { steps: 4, restarts: 2, quantile: 0.9 }],
  [smallestEpsilon, { steps: 3, bisections: 3 }],
  [smallestEpsilon, { loss: 'margin', steps: 2, randomStart: false }],
];

for (const [plugin, options] of cases) {
  describeAttack({
    name: `${plugin.id} ${JSON.stringify(options)}`,
    create: async (): Promise<Attack> => createFrom(plugin, noDependencies, options),
  });
}

describeAttack({
  name: 'pgd on a linear victim',
  create: async (): Promise<Attack> => createFrom(pgd, noDependencies, {}),
  victim: () => linearVictim({ classes: 5, size: { frames: 2, height: 3, width: 4 }, seed: 7 }),
});
