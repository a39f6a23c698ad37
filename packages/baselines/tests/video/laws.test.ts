import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack } from '@msanet/testkit';
import { flickering, sparse } from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [sparse, { steps: 30, stepSize: 0.004 }],
  [sparse, { steps: 20, stepSize: 0.004, mask: 'saliency', frames: 2, earlyStop: true }],
  [sparse, { steps: 20, stepSize: 0.004, mask: 'even', rounded: false }],
  [flickering, { steps: 30, stepSize: 0.004 }],
  [flickering, { steps: 20, stepSize: 0.004, loss: 'logit-margin', earlyStop: true }],
  [flickering, { steps: 20, stepSize: 0.004, loss: 'cross-entropy', rounded: false }],
];

for (const [plugin, options] of cases) {
  describeAttack({
    name: `${plugin.id} ${JSON.stringify(options)}`,
    create: async (): Promise<Attack> => createFrom(plugin, noDependencies, options),
  });
}
