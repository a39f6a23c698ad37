import type { AttackPlugin } from '@msanet/core';
import { deepsava } from './deepsava.js';
import { flickering } from './flickering.js';
import { frameSaliency } from './frame-saliency.js';
import { motionBlur } from './motion-blur.js';
import { oneFrame } from './one-frame.js';
import { sparse } from './sparse.js';
import { temporalTranslation } from './temporal-translation.js';
import { u3d } from './u3d.js';

/** The attacks that are made for video. */
export const videoAttacks: readonly AttackPlugin[] = [
  sparse,
  flickering,
  oneFrame,
  frameSaliency,
  deepsava,
  temporalTranslation,
  motionBlur,
  u3d,
];
