import { clipAt, type Criterion } from '@msanet/core';
import type { QueryCount } from '@msanet/core';
import type { SearchPart } from '../smallest-perturbation/search.js';
import { FitQuestions } from './fit-questions.js';
import type { FitRequest } from './universal-attack.js';

/** What is fitted, as the loop over clips sees it. */
export interface FittedPerturbation {
  /**
   * Asks about one perturbed clip and takes in its gradient.
   *
   * @param clean shape (frames, 3, height, width); only read
   * @returns loss of the clip
   */
  learn(clean: Float32Array, criterion: Criterion): SearchPart<number>;
  /** Takes a step with what was taken in since the last one, from so many clips. */
  step(clips: number): void;
}

/** How often clips are gone through, and after how many a step is taken. */
export interface BatchOptions {
  readonly epochs: number;
  readonly batch: number;
}

/**
 * Goes through the training clips, one at a time, and takes a step after each batch. The clips that an epoch has left at its
 * end make a smaller batch. An interruption ends it before the next clip.
 */
export async function fitInBatches(
  { victim, clips, count, signal, onStep }: FitRequest,
  { epochs, batch }: BatchOptions,
  fitted: FittedPerturbation,
): Promise<{ queries: QueryCount; aborted: boolean }> {
  const questions = new FitQuestions(victim);
  const steps = epochs * Math.ceil(count / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let losses: number[] = [];
    const takeStep = (): void => {
      if (losses.length === 0) return;
      fitted.step(losses.length);
      step += 1;
      const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      onStep?.({ step, steps: Math.max(step, steps), loss });
      losses = [];
    };
    for await (const { clip, criterion } of clips) {
      if (signal?.aborted) return { queries: questions.queries, aborted: true };
      losses.push(await questions.answer(fitted.learn(clipAt(clip, 0), criterion), criterion));
      if (losses.length === batch) takeStep();
    }
    takeStep();
  }
  return { queries: questions.queries, aborted: false };
}
