import { createFrom, type Attack, type AttackPlugin } from '@msanet/core';
import { describeAttack } from '@msanet/testkit';
import {
  geoTrap,
  heuristic,
  motionExcited,
  nes,
  randomNoise,
  simba,
  spsa,
  square,
  vbad,
} from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';

const cases: [AttackPlugin, Record<string, unknown>][] = [
  [randomNoise, { samples: 6 }],
  [randomNoise, { samples: 4, shape: 'sign' }],
  [randomNoise, { samples: 4, shape: 'normal' }],
  [randomNoise, { samples: 5, earlyStop: false }],
  [square, { maxQueries: 12 }],
  [square, { maxQueries: 12, time: 'frame', share: 0.3, loss: 'cross-entropy' }],
  [nes, { maxQueries: 22, samples: 4 }],
  [spsa, { maxQueries: 22, samples: 4, loss: 'cross-entropy' }],
  [simba, { maxQueries: 20, frequencies: 0.5 }],
  [simba, { maxQueries: 20, basis: 'pixel', time: 'frame', loss: 'margin' }],
  [heuristic, { maxQueries: 60, starts: 3, samples: 2 }],
  [motionExcited, { maxQueries: 20 }],
  [geoTrap, { maxQueries: 20 }],
  [geoTrap, { maxQueries: 10, warp: 'translation-dilation', loss: 'margin', stepSize: 0.005 }],
  [vbad, { maxQueries: 22, samples: 4, splits: 2 }],
];

for (const [plugin, options] of cases) {
  describeAttack({
    name: `${plugin.id} ${JSON.stringify(options)}`,
    create: async (): Promise<Attack> => createFrom(plugin, noDependencies, options),
  });
}

describeAttack({
  name: 'square in l2',
  create: async (): Promise<Attack> => {
    const attack = await createFrom(square, noDependencies, { maxQueries: 12 });
    return { ...attack, requires: { ...attack.requires, norms: ['l2'] } };
  },
});
