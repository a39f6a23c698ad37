import type { AttackPlugin } from '@msanet/core';
import { flickering } from './flickering.js';
import { sparse } from './sparse.js';

/** The attacks that are made for video. */
export const videoAttacks: readonly AttackPlugin[] = [sparse, flickering];
