import type { Criterion, LossForm } from '@msanet/core';
import type { ClipSize, Norm } from '@msanet/core';
import type { Random } from '@msanet/tensor';

/** What is differentiated for one clip: a form that its criterion completes, or z_target − z_label. */
export type SearchLoss =
  LossForm | { readonly kind: 'logit-difference'; readonly label: number; readonly target: number };

/** What a search wants to know about one version of its clip. */
export interface Question {
  /** Float values, shape (frames, 3, height, width); copied when the question is asked. */
  readonly clip: Float32Array;
  /** What to differentiate; absent where the logits are enough. */
  readonly loss?: SearchLoss;
}

/** What the victim says about one version of a clip. */
export interface Answer {
  /** What the victim saw: the asked clip inside the budget and [0, 1] and, with `rounded`, on the 8-bit grid. */
  readonly clip: Float32Array;
  /** Shape (classes). */
  readonly logits: Float32Array;
  /** Whether what the victim saw is adversarial. */
  readonly adversarial: boolean;
  /** How far it is on the adversarial side; see core's `adversarialMargin`. */
  readonly margin: number;
}

/** An answer with a gradient; its arrays are valid until the next question. */
export interface GradientAnswer extends Answer {
  readonly loss: number;
  /** Derivative of the loss, shape (frames, 3, height, width). */
  readonly gradient: Float32Array;
}

/**
 * The search for the smallest perturbation of one clip, written as its paper writes it: it yields questions and goes on
 * with the answers. `searchEach` runs the searches of a batch side by side, so nothing can leak from clip to clip.
 */
export type Search = Generator<Question, void, Answer | GradientAnswer>;

/** A part of a search that ends with a result. */
export type SearchPart<T> = Generator<Question, T, Answer | GradientAnswer>;

/** What a search starts from. */
export interface SearchSubject {
  /** The clean clip, shape (frames, 3, height, width); only read. */
  readonly clean: Float32Array;
  readonly criterion: Criterion;
  /** The norm of the perturbation that is to become small: the norm of the budget. */
  readonly norm: Norm;
  /** The largest norm that counts: the budget's ε, or its number of pixels in `l0`. */
  readonly bound: number;
  readonly size: ClipSize;
  /** The clip's own random stream. */
  readonly random: Random;
}

/** Asks for logits. Cost: one forward query. */
export function* judgementAt(clip: Float32Array): SearchPart<Answer> {
  return yield { clip };
}

/** Asks for logits and the gradient of a loss. Cost: one gradient query. */
export function* gradientAt(clip: Float32Array, loss: SearchLoss): SearchPart<GradientAnswer> {
  return (yield { clip, loss }) as GradientAnswer;
}
