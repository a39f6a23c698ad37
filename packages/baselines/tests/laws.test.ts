import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack } from '@msanet/testkit';
import { randomNoise } from '@msanet/baselines';
import { noDependencies } from './no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [randomNoise, { samples: 6 }],
  [randomNoise, { samples: 4, shape: 'sign' }],
  [randomNoise, { samples: 4, shape: 'normal' }],
];

for (const [plugin, options] of cases) {
  describeAttack({
    name: `${plugin.id} ${JSON.stringify(options)}`,
    create: async (): Promise<Attack> => createFrom(plugin, noDependencies, options),
  });
}
