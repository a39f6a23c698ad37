import type { AttackPlugin } from '@msanet/core';
import { fixedBudgetAttacks } from './fixed-budget/fixed-budget-attacks.js';
import { queryAttacks } from './query/query-attacks.js';
import { smallestPerturbationAttacks } from './smallest-perturbation/smallest-perturbation-attacks.js';
import { perturbation } from './universal/perturbation.js';
import { videoAttacks } from './video/video-attacks.js';

/** Every attack of this package, by family. */
export const baselines: readonly AttackPlugin[] = [
  ...fixedBudgetAttacks,
  ...smallestPerturbationAttacks,
  ...queryAttacks,
  ...videoAttacks,
  perturbation,
];
