import { flickeringUniversal } from './flickering-universal.js';
import { u3dUniversal } from './u3d-universal.js';
import type { UniversalAttack } from './universal-attack.js';
import { universalPgd } from './universal-pgd.js';

/** The attacks that find one perturbation for all clips; the attack `perturbation` applies what they find. */
export const universalAttacks: readonly UniversalAttack[] = [
  universalPgd,
  flickeringUniversal,
  u3dUniversal,
];
