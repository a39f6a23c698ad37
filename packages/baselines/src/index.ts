import type { AttackPlugin } from '@msanet/core';
import { fgsmAttack } from './fgsm.js';
import { pgdAttack } from './pgd.js';
import { randomNoiseAttack } from './random-noise.js';

export { fgsmAttack, pgdAttack, randomNoiseAttack };

/** All baselines. */
export const baselines: readonly AttackPlugin[] = [randomNoiseAttack, fgsmAttack, pgdAttack];
