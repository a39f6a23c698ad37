import type { AttackPlugin } from '@msanet/core';
import { geoTrap } from './geo-trap.js';
import { heuristic } from './heuristic.js';
import { motionExcited } from './motion-excited.js';
import { nes } from './nes.js';
import { randomNoise } from './random-noise.js';
import { simba } from './simba.js';
import { spsa } from './spsa.js';
import { square } from './square.js';
import { vbad } from './vbad.js';

/** The black-box attacks, which ask a victim for its scores or its choice, from the simplest on. */
export const queryAttacks: readonly AttackPlugin[] = [
  randomNoise,
  square,
  simba,
  nes,
  spsa,
  vbad,
  motionExcited,
  geoTrap,
  heuristic,
];
