import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack } from '@msanet/testkit';
import { cw, ddn, deepfool, ead, fab, fabT, fmn } from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [deepfool, {}],
  [deepfool, { classes: 2, steps: 5, rounded: false }],
  [cw, { steps: 12, searches: 4, initialConstant: 0.1 }],
  [cw, { steps: 12, searches: 10, confidence: 0.1, abortEarly: false, rounded: false }],
  [ead, { steps: 12, searches: 4, initialConstant: 1 }],
  [ead, { steps: 12, searches: 4, initialConstant: 1, decisionRule: 'EN', rounded: false }],
  [ddn, { steps: 12 }],
  [ddn, { steps: 12, rounded: false }],
  [fmn, { steps: 12 }],
  [fmn, { steps: 12, rounded: false }],
  [fab, { steps: 6 }],
  [fab, { steps: 4, restarts: 3, classes: 2, rounded: false }],
  [fabT, { steps: 4, restarts: 2 }],
];

for (const [plugin, options] of cases) {
  describeAttack({
    name: `${plugin.id} ${JSON.stringify(options)}`,
    create: async (): Promise<Attack> => createFrom(plugin, noDependencies, options),
  });
}
