import type { AttackPlugin } from '@msanet/core';
import { fgsm } from './fgsm.js';
import { pgd } from './pgd.js';
import { randomNoise } from './random-noise.js';

/** Every attack of this package, from the weakest to the strongest. */
export const baselines: readonly AttackPlugin[] = [randomNoise, fgsm, pgd];
