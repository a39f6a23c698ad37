import { readFileSync } from 'node:fs';
import { clipBatch, fromLevels, type ClipBatch, type ClipSize } from '@msanet/core';
import type { Random } from '@msanet/tensor';
import { smoothVictim } from '@msanet/testkit';

/** What NumPy computes of one run of the square attack. */
export interface SquareTrajectory {
  readonly norm: 'linf' | 'l2';
  readonly epsilon: number;
  /** The target is so many classes after the clip's own; untargeted where it is null. */
  readonly target: number | null;
  readonly options: Readonly<Record<string, unknown>>;
  /** Norm of every perturbation that is asked about, and its product with (cos 0, cos 1, …). */
  readonly trace: readonly number[];
}

/** Made by tools/golden/baselines/query-square.py. */
export const trajectories = JSON.parse(
  readFileSync(new URL('square.json', import.meta.url), 'utf8'),
) as readonly SquareTrajectory[];

const size: ClipSize = { frames: 2, height: 8, width: 9 };
const values = 432;
const hidden = 6;
const classes = 5;

function weights(count: number, seed: number, scale: number): number[] {
  return Array.from(
    { length: count },
    (_, k) => scale * Math.SQRT2 * Math.sin(0.37 * k * k + 0.1 * k + 1.3 * seed),
  );
}

/** The network of the script. */
export const victim = smoothVictim({
  classes,
  size,
  weights: {
    input: weights(hidden * values, 1, 2 / Math.sqrt(values)),
    inputBias: weights(hidden, 2, 0.1),
    output: weights(classes * hidden, 3, 2 / Math.sqrt(hidden)),
    outputBias: weights(classes, 4, 0.1),
  },
});

/** The clip of the script; every seventh value is on an edge of the range. */
export const clip: ClipBatch = clipBatch(
  fromLevels(
    Uint8Array.from({ length: values }, (_, k) =>
      k % 7 === 0 ? 255 * (k % 2) : 80 + ((7 * k * k + 31 * k) % 96),
    ),
  ),
  [1, size.frames, 3, size.height, size.width],
);

/** The draws of the script: s ← (1664525 · s + 1013904223) mod 2³². */
export function draws(): Random {
  let state = 20200720;
  const random: Pick<Random, 'integer'> = {
    integer(bound) {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return Math.floor((state * bound) / 2 ** 32);
    },
  };
  return random as Random;
}
