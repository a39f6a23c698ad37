import type { QueryCount } from '@msanet/core';
import type { MetricValues } from '../metrics/perceptibility-metrics.js';
import type { Choice } from './clip-record.js';
import type { Failure } from './failure.js';
import type { Warning } from './warning.js';

/**
 * What became of one victim × attack × clip × seed.
 *
 * - `attacked`: the attack ran.
 * - `clean-wrong`: the victim misclassifies the clean clip, so there was nothing to attack.
 * - `not-selected`: another victim misclassifies the clean clip, and only clips that all get right were wanted.
 * - `is-target`: the clip is of the target class.
 * - `failed`: the clip could not be read, or the work ended twice without a result.
 */
export type AttackStatus = 'attacked' | 'clean-wrong' | 'not-selected' | 'is-target' | 'failed';

/** A victim's answer, with how far it is on the adversarial side. */
export interface Verdict {
  readonly prediction: Choice;
  /** In logits, above 0 when adversarial; see core's `adversarialMargin`. */
  readonly margin: number;
  readonly success: boolean;
}

/** A victim's answer to a clip that was crafted on another victim. */
export interface TransferVerdict extends Verdict {
  /** Whether it classifies the clean clip correctly; only then its answer counts. */
  readonly cleanCorrect: boolean;
}

/** What an attack did to a clip, and what the victims say. */
export interface AttackResult {
  /** The clean clip, judged by the criterion of the attack. */
  readonly clean: Verdict;
  /**
   * Where the adversarial clip fails: what the attack returned, projected onto the budget, before it was rounded to 8 bits;
   * `null` where that is the adversarial clip itself.
   */
  readonly unrounded: Verdict | null;
  /** The adversarial clip. */
  readonly adversarial: Verdict;
  readonly metrics: MetricValues;
  readonly queries: QueryCount;
  /** Steps that the attack reported. */
  readonly steps: number;
  /** What it took until the victim first answered adversarially to a clip inside the budget; `null` when it never did. */
  readonly firstSuccess: (QueryCount & { readonly step: number | null }) | null;
  /** Share of values whose first gradient is exactly zero; `null` when the attack asked for none. */
  readonly zeroGradientShare: number | null;
  /** The adversarial clip after H.264, by rate factor. */
  readonly compressed: Readonly<Record<string, Verdict>>;
  /** The adversarial clip on the other victims, by name. */
  readonly transfer: Readonly<Record<string, TransferVerdict>>;
  /** File of the adversarial video in the run folder, where it was kept. */
  readonly video: string | null;
}

/** What is recorded of one victim × attack × clip × seed: a line of `records.jsonl`. */
export interface AttackRecord {
  readonly victim: string;
  readonly attack: string;
  readonly clip: string;
  readonly seed: number;
  readonly status: AttackStatus;
  /** Index of the clip's class in the data set. */
  readonly label: number;
  /** Index of the wanted class in the data set; `null` when untargeted. */
  readonly target: number | null;
  /** Whether the final clip is adversarial; of a clip that was not attacked, whether its clean version is. */
  readonly success: boolean;
  readonly result: AttackResult | null;
  readonly warnings: readonly Warning[];
  readonly failure: Failure | null;
  /** The only values that differ between two runs; `null` where nothing ran. */
  readonly times: {
    /** Seconds of the attack itself. */
    readonly attack: number;
    /** Seconds of it until the first success; `null` when there was none or no step told. */
    readonly firstSuccess: number | null;
    /** Seconds of everything around it. */
    readonly around: number;
  } | null;
}
