import type { AttackPlugin } from '@msanet/core';
import { cw } from './cw.js';
import { ddn } from './ddn.js';
import { deepfool } from './deepfool.js';
import { ead } from './ead.js';
import { fab, fabT } from './fab.js';
import { fmn } from './fmn.js';

/** The white-box attacks that look for the smallest perturbation. */
export const smallestPerturbationAttacks: readonly AttackPlugin[] = [
  deepfool,
  cw,
  ead,
  ddn,
  fmn,
  fab,
  fabT,
];
