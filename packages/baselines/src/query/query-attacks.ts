import type { AttackPlugin } from '@msanet/core';
import { randomNoise } from './random-noise.js';
import { square } from './square.js';

/** The black-box attacks, which ask a victim for its scores or its choice, from the simplest on. */
export const queryAttacks: readonly AttackPlugin[] = [randomNoise, square];
