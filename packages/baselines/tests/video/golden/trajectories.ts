import { readFileSync } from 'node:fs';
import { clipBatch, fromLevels, type ClipBatch, type ClipSize } from '@msanet/core';
import { smoothVictim } from '@msanet/testkit';

/** What PyTorch computes of one attack, clip by clip. */
export interface Trajectories {
  readonly attack: 'sparse' | 'flickering';
  readonly epsilon: number;
  /** The target is so many classes after the clip's own; untargeted where it is null. */
  readonly target: number | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly clips: readonly {
    /** `fingerprint` of every point at which the victim is asked, one after the other. */
    readonly trace: readonly number[];
    /** What is kept small, at the smallest adversarial point. */
    readonly smallest: number;
  }[];
}

/** Made by tools/golden/baselines/video.py. */
export const trajectories = JSON.parse(
  readFileSync(new URL('trajectories.json', import.meta.url), 'utf8'),
) as readonly Trajectories[];

/** Size of the clips of the script. */
export const size: ClipSize = { frames: 5, height: 3, width: 4 };
const values = 180;
const hidden = 6;
const classes = 5;
const batch = 2;

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
    input: weights(hidden * values, 1, 2 / Math.sqrt(values)).map((weight, index) => {
      const [unit, plane] = [Math.floor(index / values), Math.floor((index % values) / 12)];
      return weight + (2 / Math.sqrt(values)) * Math.sin(1.7 * unit + 2.3 * plane);
    }),
    inputBias: weights(hidden, 2, 0.1),
    output: weights(classes * hidden, 3, 3 / Math.sqrt(hidden)),
    outputBias: weights(classes, 4, 0.1),
  },
});

function level(clip: number, k: number): number {
  if (clip === batch - 1 && k % 7 === 0) return 255 * (k % 2);
  return 60 + ((7 * k * k + 31 * k + 11 * clip * (k + 3)) % 128);
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
