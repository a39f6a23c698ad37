import type { AttackContext, ClipBatch, LossForm } from '@msanet/core';
import type { WorkingBatch } from './working-batch.js';

/** What rows step along, and what the victim said while it was found. */
export interface Slope {
  /** Loss of each row, at the version of it that was asked about. */
  readonly loss: Float32Array;
  /** Whether that version is adversarial. */
  readonly adversarial: readonly boolean[];
  /** The direction of ascent, shape (rows, frames, 3, height, width). Whoever gets it may change it. */
  readonly gradient: ClipBatch;
}

/** Which step of an ascent it is. */
export interface StepNumber {
  /** From 1; 1 starts anew, whatever was accumulated before. */
  readonly step: number;
  /** Steps of the whole ascent. */
  readonly steps: number;
}

/** Finds what an ascent steps along: the gradient, or what an attack makes of gradients. */
export interface SlopeSource {
  /** Gradient queries per clip that a step costs. */
  queries(step: StepNumber): number;
  /** Asks the victim about the rows, or about versions of them; the rows stay as they are. */
  at(rows: WorkingBatch, step: StepNumber): Promise<Slope>;
}

/** The gradient of the loss at the rows: one gradient query per clip and step. */
export function gradientSlope({ victim }: AttackContext, loss: LossForm): SlopeSource {
  return {
    queries: () => 1,
    at: ({ clips, of }) => victim.lossGradient(clips, of, loss),
  };
}
