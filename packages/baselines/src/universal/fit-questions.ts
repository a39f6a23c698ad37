import {
  adversarialMargin,
  clipBatch,
  isAdversarial,
  lossFor,
  type ClipSize,
  type Criterion,
  type QueryCount,
  type VictimModel,
} from '@msanet/core';
import type {
  Answer,
  GradientAnswer,
  Question,
  SearchPart,
} from '../smallest-perturbation/search.js';

/** Asks a victim about versions of training clips, and counts the questions. */
export class FitQuestions {
  readonly #victim: VictimModel;
  readonly #size: ClipSize;
  readonly #queries = { forward: 0, gradient: 0 };

  constructor(victim: VictimModel) {
    this.#victim = victim;
    this.#size = victim.input;
  }

  /** The questions so far. */
  get queries(): QueryCount {
    return { ...this.#queries };
  }

  /** Lets a part of a search ask about one clip until it has its result. */
  async answer<T>(part: SearchPart<T>, criterion: Criterion): Promise<T> {
    let next = part.next(undefined as never);
    while (!next.done) next = part.next(await this.#ask(next.value, criterion));
    return next.value;
  }

  async #ask(question: Question, criterion: Criterion): Promise<Answer | GradientAnswer> {
    const { frames, height, width } = this.#size;
    const { clip, loss } = question;
    const clips = clipBatch(clip.slice(), [1, frames, 3, height, width]);
    const judged = (logits: Float32Array): Answer => ({
      clip,
      logits,
      adversarial: isAdversarial(logits, criterion),
      margin: adversarialMargin(logits, criterion),
    });
    if (loss === undefined) {
      this.#queries.forward += 1;
      return judged((await this.#victim.predict(clips)).data);
    }
    this.#queries.gradient += 1;
    const asked =
      loss.kind === 'logit-difference'
        ? { kind: loss.kind, labels: [loss.label], targets: [loss.target] }
        : lossFor(loss, [criterion]);
    const found = await this.#victim.lossGradient(clips, asked);
    return { ...judged(found.logits.data), loss: found.loss[0], gradient: found.gradient.data };
  }
}
