import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack, linearVictim } from '@msanet/testkit';
import { fgsm, pgd, randomNoise } from '@msanet/baselines';
import { noDependencies } from './no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [randomNoise, { samples: 6 }],
  [randomNoise, { samples: 4, shape: 'sign' }],
  [randomNoise, { samples: 4, shape: 'normal' }],
  [fgsm, {}],
  [fgsm, { loss: 'dlr' }],
  [pgd, {}],
  [pgd, { loss: 'margin', steps: 3, randomStart: false }],
  [pgd, { loss: 'dlr', steps: 3, restarts: 3, earlyStop: false }],
  [pgd, { steps: 4, restarts: 2 }],
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
