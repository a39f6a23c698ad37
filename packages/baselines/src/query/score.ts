import { adversarialMargin, softmax, type Criterion } from '@msanet/core';
import { z } from 'zod';

/** What a query attack makes larger. */
export type ScoreForm = 'margin' | 'cross-entropy' | 'flickering';

/** The margin of probabilities that the flickering loss asks for. */
const flickeringMargin = 0.05;

/**
 * What an attack that sees scores alone makes larger: a loss from logits of shape (classes), in float64. Margin and
 * cross-entropy are those of core.
 *
 * - `margin`: max over j ≠ y of z_j − z_y; for a target z_t − max over j ≠ t of z_j
 * - `cross-entropy`: −log softmax(z)_y; for a target log softmax(z)_t. It orders clips as the probability does.
 * - `flickering`: −max(0, min(l² / m, l)) with l = m minus the margin of the probabilities, m = 0.05 (Pony et al., CVPR 2021);
 *   0 once that margin is reached
 */
export function scoreOf(logits: ArrayLike<number>, criterion: Criterion, form: ScoreForm): number {
  if (form === 'flickering') {
    const lack = flickeringMargin - adversarialMargin(softmax(logits), criterion);
    return lack <= 0 ? 0 : -Math.min(lack ** 2 / flickeringMargin, lack);
  }
  if (form === 'margin') return adversarialMargin(logits, criterion);
  return criterion.kind === 'targeted'
    ? -surprise(logits, criterion.target)
    : surprise(logits, criterion.label);
}

/** −log softmax(z)_k, exact also where the probability is almost 1. */
function surprise(logits: ArrayLike<number>, chosen: number): number {
  let highest = 0;
  for (let index = 0; index < logits.length; index++) {
    highest = Math.max(highest, logits[index] - logits[chosen]);
  }
  let others = 0;
  for (let index = 0; index < logits.length; index++) {
    if (index !== chosen) others += Math.exp(logits[index] - logits[chosen] - highest);
  }
  return highest === 0 ? Math.log1p(others) : highest + Math.log(others + Math.exp(-highest));
}

/** The option that says what is made larger. */
export const scoreOption = z
  .enum(['margin', 'cross-entropy'])
  .describe('What is ascended: margin of the logits, or cross-entropy.');
