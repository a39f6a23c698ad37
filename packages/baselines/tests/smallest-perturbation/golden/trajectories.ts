import { readFileSync } from 'node:fs';
import { clipBatch, fromLevels, type ClipBatch, type ClipSize } from '@msanet/core';
import { smoothVictim } from '@msanet/testkit';

/** What PyTorch computes of one attack, clip by clip. */
export interface Trajectories {
  readonly attack: string;
  readonly norm: 'linf' | 'l2' | 'l1' | 'l0';
  /** The target is so many classes after the clip's own; untargeted where it is null. */
  readonly target: number | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly clips: readonly {
    /** `fingerprint` of every point at which the victim is asked, one after the other. */
    readonly trace: readonly number[];
    /** Size of the smallest adversarial point: its norm, or ‖δ‖₂² + β · ‖δ‖₁ by the rule EN. */
    readonly smallest: number;
  }[];
}

/** Made by tools/golden/baselines/smallest-perturbation.py. */
export const trajectories = JSON.parse(
  readFileSync(new URL('trajectories.json', import.meta.url), 'utf8'),
) as readonly Trajectories[];

const size: ClipSize = { frames: 2, height: 3, width: 4 };
const values = 72;
const hidden = 6;
const classes = 5;
const batch = 3;

/** Weights from the formula that the script has too. */
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

function level(clip: number, k: number): number {
  if (clip === batch - 1 && k % 7 === 0) return 255 * (k % 2);
  return 80 + ((7 * k * k + 31 * k + 11 * clip * (k + 3)) % 96);
}

/** The clips of the script; the last has values on the edges of the range. */
export const clips: ClipBatch = clipBatch(
  fromLevels(
    Uint8Array.from({ length: batch * values }, (_, at) =>
      level(Math.floor(at / values), at % values),
    ),
  ),
  [batch, size.frames, 3, size.height, size.width],
);

/** The l2 norm of a perturbation, and its product with (cos 0, cos 1, cos 2, …). */
export function fingerprint(clip: Float32Array, clean: Float32Array): [number, number] {
  const changes = Array.from(clip, (value, at) => value - clean[at]);
  return [
    Math.hypot(...changes),
    changes.reduce((sum, change, at) => sum + change * Math.cos(at), 0),
  ];
}
