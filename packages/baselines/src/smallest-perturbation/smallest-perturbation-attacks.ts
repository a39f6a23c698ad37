import type { AttackPlugin } from '@msanet/core';
import { ddn } from './ddn.js';
import { deepfool } from './deepfool.js';
import { fmn } from './fmn.js';

/** The white-box attacks that look for the smallest perturbation. */
export const smallestPerturbationAttacks: readonly AttackPlugin[] = [deepfool, ddn, fmn];
