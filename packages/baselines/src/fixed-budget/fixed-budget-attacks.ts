import type { AttackPlugin } from '@msanet/core';
import { bim } from './bim.js';
import { fgsm } from './fgsm.js';
import { pgd } from './pgd.js';

/** The white-box attacks that seek the strongest perturbation inside a budget, from the weakest to the strongest. */
export const fixedBudgetAttacks: readonly AttackPlugin[] = [fgsm, bim, pgd];
