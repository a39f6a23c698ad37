import type { Budget, ClipSize, Criterion, Judgement } from '@msanet/core';
import type { Random } from '@msanet/tensor';

/**
 * How a version of a clip is asked about:
 *
 * - `probe`: in float, moved into [0, 1] but anywhere; to learn about the victim
 * - `iterate`: in float, moved inside the budget and [0, 1]
 * - `candidate`: moved inside the budget and rounded to 8 bits; once one is adversarial, the clip is done
 */
export type QueryKind = 'probe' | 'iterate' | 'candidate';

/** What a search wants to know about one version of its clip; each costs one forward query. */
export interface Query {
  readonly kind: QueryKind;
  /** Shape (frames, 3, height, width); copied when the question is asked. */
  readonly clip: Float32Array;
}

/** What the victim answers about one version of a clip. */
export interface Reply {
  /** Shape (classes). */
  readonly logits: Float32Array;
  readonly adversarial: boolean;
  /** How far it is on the adversarial side, in logits; see core's `adversarialMargin`. */
  readonly margin: Judgement['margin'][number];
}

/**
 * The search of one clip, written as its paper writes it: it yields questions and goes on with the answers. `queryEach` runs
 * the searches of a batch side by side, so nothing can leak from clip to clip.
 */
export type QuerySearch = Generator<Query, void, Reply>;

/** A part of a search that ends with a result. */
export type QueryPart<T> = Generator<Query, T, Reply>;

/** What a search starts from. */
export interface QuerySubject {
  /** The clean clip, shape (frames, 3, height, width); only read. */
  readonly clean: Float32Array;
  readonly criterion: Criterion;
  readonly budget: Budget;
  readonly size: ClipSize;
  /** The clip's own random stream. */
  readonly random: Random;
}

/** Asks about a clip anywhere in [0, 1], in float. Cost: one forward query. */
export function* probe(clip: Float32Array): QueryPart<Reply> {
  return yield { kind: 'probe', clip };
}

/** Asks about a clip inside the budget, in float. Cost: one forward query. */
export function* iterate(clip: Float32Array): QueryPart<Reply> {
  return yield { kind: 'iterate', clip };
}

/** Asks about a clip as it will be judged: inside the budget, in 8 bits. Cost: one forward query. */
export function* candidate(clip: Float32Array): QueryPart<Reply> {
  return yield { kind: 'candidate', clip };
}
