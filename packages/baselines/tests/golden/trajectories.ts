import { readFileSync } from 'node:fs';
import type { ClipSize } from '@msanet/core';
import type { SmoothWeights } from '@msanet/testkit';

/** A trajectory of gradient ascent in float64. */
export interface Trajectory {
  readonly clips: 'levels' | 'inner';
  readonly norm: 'linf' | 'l2';
  readonly epsilon: number;
  readonly steps: number;
  readonly stepSize: number;
  readonly loss: 'cross-entropy' | 'margin' | 'dlr';
  readonly labels: readonly number[];
  readonly targets: readonly number[] | null;
  /** Loss of each clip at each iterate from which a step was taken, shape (steps, batch). */
  readonly losses: readonly (readonly number[])[];
  /** The last iterate, shape (batch, frames, 3, height, width). */
  readonly last: readonly number[];
}

/** What PyTorch computes; made by tools/golden/baselines/make-golden.py. */
export const golden = JSON.parse(
  readFileSync(new URL('trajectories.json', import.meta.url), 'utf8'),
) as {
  readonly size: ClipSize;
  readonly weights: SmoothWeights;
  /** Clips with values on the edges of the range, as 8-bit levels. */
  readonly levels: readonly number[];
  /** Clips away from the edges. */
  readonly inner: readonly number[];
  readonly cases: readonly Trajectory[];
};
