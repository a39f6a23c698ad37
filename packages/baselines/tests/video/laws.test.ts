import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack } from '@msanet/testkit';
import {
  deepsava,
  flickering,
  frameSaliency,
  motionBlur,
  oneFrame,
  sparse,
  temporalTranslation,
  u3d,
} from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [sparse, { steps: 30, stepSize: 0.004 }],
  [sparse, { steps: 20, stepSize: 0.004, mask: 'saliency', frameCount: 2, earlyStop: true }],
  [sparse, { steps: 20, stepSize: 0.004, mask: 'even', rounded: false }],
  [flickering, { steps: 30, stepSize: 0.004 }],
  [flickering, { steps: 20, stepSize: 0.004, loss: 'logit-margin', earlyStop: true }],
  [flickering, { steps: 20, stepSize: 0.004, loss: 'cross-entropy', rounded: false }],
  [oneFrame, {}],
  [oneFrame, { choice: 'sweep', steps: 4 }],
  [oneFrame, { choice: 'fixed', index: 1, loss: 'margin' }],
  [frameSaliency, {}],
  [frameSaliency, { refresh: true, steps: 4, loss: 'margin' }],
  [deepsava, { steps: 15, stepSize: 0.004 }],
  [deepsava, { steps: 10, stepSize: 0.006, frameCount: 2, choice: 'even', earlyStop: true }],
  [temporalTranslation, { reach: 2 }],
  [temporalTranslation, { steps: 4, reach: 1, shift: 'random', decay: 1, earlyStop: true }],
  [temporalTranslation, { steps: 4, shift: 'remote', kernel: 'linear', spatialKernel: 3 }],
  [motionBlur, { frameSteps: 3 }],
  [motionBlur, { frameSteps: 3, loss: 'margin', reach: 1, earlyStop: false }],
  [u3d, {}],
  [u3d, { samples: 5, octaves: 2, wavelengthX: 4, period: 1, pattern: 3 }],
];

for (const [plugin, options] of cases) {
  describeAttack({
    name: `${plugin.id} ${JSON.stringify(options)}`,
    create: async (): Promise<Attack> => createFrom(plugin, noDependencies, options),
  });
}
