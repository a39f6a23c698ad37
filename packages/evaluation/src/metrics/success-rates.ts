import type { Criterion } from '@msanet/core';
import { proportion, type Proportion } from './proportion.js';

/** How one clip ended. */
export interface ClipVerdict {
  /** What the attack was after. */
  readonly goal: Criterion['kind'];
  /** Whether the victim classified the clean clip correctly. */
  readonly cleanCorrect: boolean;
  /** Whether the adversarial clip meets the goal; `null` for a recorded failure, where there is no adversarial clip. */
  readonly success: boolean | null;
}

/** The success rates of the clips that share a goal. */
export interface SuccessRates {
  /** Successes among the clips that the victim classified correctly: the usual fooling rate. */
  readonly overCleanCorrect: Proportion;
  /** Successes among all clips; one that was misclassified before the attack counts as its verdict says. */
  readonly overAll: Proportion;
  /** Recorded failures. They are in no denominator: report them beside the rates. */
  readonly failed: number;
}

/**
 * The success rates, untargeted and targeted apart; `null` for a goal that no clip has.
 *
 * Papers differ in the denominator (Flickering, GEO-TRAP, DeepSAVA and TT take the clean-correct clips, AstFocus takes
 * all), so both are given, with their counts.
 */
export function successRates(verdicts: Iterable<ClipVerdict>): {
  readonly untargeted: SuccessRates | null;
  readonly targeted: SuccessRates | null;
} {
  const all = [...verdicts];
  return {
    untargeted: ratesOf(all.filter(({ goal }) => goal === 'misclassification')),
    targeted: ratesOf(all.filter(({ goal }) => goal === 'targeted')),
  };
}

function ratesOf(verdicts: readonly ClipVerdict[]): SuccessRates | null {
  if (verdicts.length === 0) return null;
  const finished = verdicts.filter(({ success }) => success !== null);
  return {
    overCleanCorrect: shareOfSuccesses(finished.filter(({ cleanCorrect }) => cleanCorrect)),
    overAll: shareOfSuccesses(finished),
    failed: verdicts.length - finished.length,
  };
}

function shareOfSuccesses(verdicts: readonly ClipVerdict[]): Proportion {
  return proportion(verdicts.filter(({ success }) => success === true).length, verdicts.length);
}
