import type { Random, Tensor } from '@msanet/tensor';
import type { Budget, Norm } from './budget.js';
import type { ClipBatch, ClipSize } from './clip.js';
import type { Criterion } from './criterion.js';
import type { Logits } from './logits.js';
import type { Loss, LossForm } from './loss.js';
import type { VictimCapabilities } from './victim-model.js';

/** What an attack needs; checked before anything heavy is loaded. */
export interface AttackRequirements {
  /** Whether it calls `lossGradient`. */
  readonly inputGradient: boolean;
  /** The norms of the budgets that it can work in. */
  readonly norms: readonly Norm[];
  /** The kinds of criterion that it can pursue. */
  readonly criteria: readonly Criterion['kind'][];
}

/** What the victim answered about some clips. */
export interface Judgement {
  /** Shape (rows, classes). */
  readonly logits: Logits;
  /** Whether each row, exactly as it was asked about, meets its clip's criterion. */
  readonly adversarial: readonly boolean[];
  /** How far each row is on the adversarial side, in logits; see `adversarialMargin`. */
  readonly margin: readonly number[];
}

/** A judgement with the gradient of the loss. */
export interface GradientJudgement extends Judgement {
  /** Loss of each row. */
  readonly loss: Float32Array;
  /** Derivative of each row's loss, shape (rows, frames, 3, height, width). */
  readonly gradient: ClipBatch;
}

/**
 * The victim as an attack sees it: every question is counted against the clip it is about.
 *
 * `of[row]` says which clip of the context the row is a version of, so an attack may ask about any selection of clips.
 */
export interface MeteredVictim {
  readonly id: string;
  readonly labels: readonly string[];
  readonly input: ClipSize;
  readonly supports: VictimCapabilities;
  /** One forward pass per row. */
  predict(clips: ClipBatch, of: readonly number[]): Promise<Judgement>;
  /**
   * One forward and one backward pass per row. Whatever the loss, the answer judges each row by its clip's criterion.
   *
   * @param loss a form, which the criterion of each clip turns into a loss that an attack ascends; or a loss that names
   *   the classes of each row itself, for attacks that look at one class after the other
   */
  lossGradient(
    clips: ClipBatch,
    of: readonly number[],
    loss: LossForm | Loss,
  ): Promise<GradientJudgement>;
  /** Queries of either kind that are left for a clip; `Infinity` without a limit. */
  queriesLeft(clip: number): number;
}

/** What an attack reports after a step, for progress displays. */
export interface StepReport {
  /** 1-based number of the step. */
  readonly step: number;
  /** Steps planned. */
  readonly steps: number;
  /** The clips that the step worked on. */
  readonly of: readonly number[];
  /** Loss of each of them, if the step computed one. */
  readonly loss?: ArrayLike<number>;
}

/** Everything that an attack is given. */
export interface AttackContext {
  readonly victim: MeteredVictim;
  /** The clean clips, on the 8-bit grid; shape (batch, frames, 3, height, width). Never change them. */
  readonly clips: ClipBatch;
  /** What makes each clip adversarial. */
  readonly criteria: readonly Criterion[];
  readonly budget: Budget;
  /**
   * The clip's own random stream, the same object at every call. It depends on the seed and the clip's content, not on
   * its place in the batch.
   */
  random(clip: number): Random;
  /** Aborted when the caller wants to stop. The metered victim checks it at every question. */
  readonly signal: AbortSignal;
  /** Moves rows to the nearest clips inside the budget around their clean clips and inside [0, 1], in place. */
  project(clips: ClipBatch, of: readonly number[]): void;
  /** As `project`, and rounds to the 8-bit grid without leaving the budget, in place: what will be judged. */
  round(clips: ClipBatch, of: readonly number[]): void;
  /** Reports a finished step. */
  report(step: StepReport): void;
  /**
   * Attaches something to show for a clip, such as a mask: float32 in [0, 1], shape (frames, 1, height, width). A later
   * one of the same name replaces it.
   */
  attach(clip: number, name: string, picture: Tensor<'float32'>): void;
}

/**
 * A way to craft adversarial clips.
 *
 * The author writes the idea. The promises are kept by `runAttack`: it checks and seeds, projects onto the budget, rounds
 * to 8 bits, asks the victim again, counts queries and decides success.
 */
export interface Attack {
  readonly id: string;
  readonly requires: AttackRequirements;
  /**
   * Perturbs the clips. Clips that are done are dropped from the batches it asks the victim about.
   *
   * @returns one clip per clean clip, same shape, as float: projecting and rounding it is the caller's work
   */
  perturb(context: AttackContext): Promise<ClipBatch>;
  /** Releases what the attack holds between clips, such as compiled graphs. */
  dispose?(): Promise<void>;
}
