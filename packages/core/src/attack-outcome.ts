import type { Tensor } from '@msanet/tensor';
import type { ClipBatch } from './clip.js';
import type { Criterion } from './criterion.js';
import type { QueryCount } from './metered-victim.js';

/** What came out for one clip. */
export interface ClipOutcome {
  readonly criterion: Criterion;
  /** Whether the 8-bit clip inside the budget is adversarial, by the victim's own answer to it. */
  readonly success: boolean;
  /** Whether the clean clip was adversarial already; then it is returned as it is, and not attacked. */
  readonly alreadyAdversarial: boolean;
  /** Logits of the clean clip, shape (classes). */
  readonly cleanLogits: Float32Array;
  /** Logits of the returned clip, shape (classes). */
  readonly adversarialLogits: Float32Array;
  /** How far the returned clip is on the adversarial side, in logits. */
  readonly margin: number;
  /** Queries that the attack made. The judgements of the clean and of the final clip are not among them. */
  readonly queries: QueryCount;
  /**
   * Queries up to the first adversarial answer to a clip inside the budget, rounded to 8 bits or not; absent when there
   * was none.
   */
  readonly firstSuccess: QueryCount | undefined;
  /** What the attack attached, by name; see `AttackContext.attach`. */
  readonly pictures: ReadonlyMap<string, Tensor<'float32'>>;
}

/** The outcome of an attack on a batch. */
export interface AttackOutcome {
  /** The clean clips as attacked: rounded to 8 bits. */
  readonly clean: ClipBatch;
  /**
   * The adversarial clips: on the 8-bit grid, inside the budget and [0, 1]. Where no adversarial clip was found it is the
   * attack's last attempt, or the clean clip if there was none.
   */
  readonly adversarial: ClipBatch;
  readonly clips: readonly ClipOutcome[];
  /** Whether the attack was interrupted. What it had found is kept. */
  readonly aborted: boolean;
  /** Wall-clock seconds of the attack itself, judgements excluded. */
  readonly seconds: number;
}
