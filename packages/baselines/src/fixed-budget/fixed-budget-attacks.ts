import type { AttackPlugin } from '@msanet/core';
import { apgdT } from './apgd-t.js';
import { apgd } from './apgd.js';
import { auto } from './auto.js';
import { bim } from './bim.js';
import { diFgsm } from './di-fgsm.js';
import { fgsm } from './fgsm.js';
import { miFgsm } from './mi-fgsm.js';
import { niFgsm } from './ni-fgsm.js';
import { pgd } from './pgd.js';
import { smallestEpsilon } from './smallest-epsilon.js';
import { tiFgsm } from './ti-fgsm.js';
import { vmiFgsm } from './vmi-fgsm.js';

/** The white-box attacks that seek the strongest perturbation inside a budget, from the simplest to the strongest. */
export const fixedBudgetAttacks: readonly AttackPlugin[] = [
  fgsm,
  bim,
  miFgsm,
  niFgsm,
  vmiFgsm,
  diFgsm,
  tiFgsm,
  pgd,
  apgd,
  apgdT,
  auto,
  smallestEpsilon,
];
