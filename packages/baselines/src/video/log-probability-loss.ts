import { softmax, type Criterion } from '@msanet/core';

/** A loss that an attack descends, and its gradient in terms of one that the victim differentiates. */
export interface DescendedLoss {
  readonly value: number;
  /** The gradient of the loss is so many times that of the asked loss, which attacks ascend. */
  readonly scale: number;
}

/** Keeps the logarithms finite, as in the code of Wei et al. (2019). */
const epsilon = 1e-6;

/**
 * The loss of Wei et al. (AAAI 2019), also that of DeepSAVA and of universal flickering: −log(1 − p_label + 1e-6), or
 * −log(p_target + 1e-6) with a target.
 *
 * With L the cross-entropy as attacks ascend it, −log p_label or log p_target, its gradient is −p / (1 − p + 1e-6) · ∇L or
 * −p / (p + 1e-6) · ∇L. It stays finite where the victim is wrong already, so that a weighted regulariser takes over.
 *
 * @param logits shape (classes), where the gradient of the cross-entropy was asked for
 */
export function logProbabilityLoss(logits: ArrayLike<number>, criterion: Criterion): DescendedLoss {
  const probabilities = softmax(logits);
  if (criterion.kind === 'targeted') {
    const p = probabilities[criterion.target];
    return { value: -Math.log(p + epsilon), scale: -p / (p + epsilon) };
  }
  const p = probabilities[criterion.label];
  // The sum of the others is 1 − p, without the cancellation where p is near 1.
  let rest = 0;
  for (let index = 0; index < probabilities.length; index++) {
    if (index !== criterion.label) rest += probabilities[index];
  }
  return { value: -Math.log(rest + epsilon), scale: -p / (rest + epsilon) };
}
