import { argmax } from './logits.js';

/**
 * What makes one clip adversarial.
 *
 * - `misclassification`: the victim's first choice is any class but `label`.
 * - `targeted`: the victim's first choice is `target`; `label` is the true class.
 */
export type Criterion =
  | { readonly kind: 'misclassification'; readonly label: number }
  | { readonly kind: 'targeted'; readonly label: number; readonly target: number };

/** The criterion of an untargeted attack on a clip of that class. */
export function misclassification(label: number): Criterion {
  return { kind: 'misclassification', label };
}

/** The criterion of an attack that wants the clip to be taken for `target`. */
export function targeted(label: number, target: number): Criterion {
  return { kind: 'targeted', label, target };
}

/** Whether logits of shape (classes) meet the criterion. Of equal logits the first class wins. */
export function isAdversarial(logits: ArrayLike<number>, criterion: Criterion): boolean {
  const choice = argmax(logits);
  return criterion.kind === 'targeted' ? choice === criterion.target : choice !== criterion.label;
}

/**
 * How far logits of shape (classes) are on the adversarial side, in logits: above 0 when adversarial, below 0 when not,
 * and 0 on the boundary, where `isAdversarial` decides by the order of the classes.
 *
 * Untargeted: max over j ≠ label of z_j, minus z_label. Targeted: z_target minus max over j ≠ target of z_j.
 */
export function adversarialMargin(logits: ArrayLike<number>, criterion: Criterion): number {
  const chosen = criterion.kind === 'targeted' ? criterion.target : criterion.label;
  let other = -Infinity;
  for (let index = 0; index < logits.length; index++) {
    if (index !== chosen && logits[index] > other) other = logits[index];
  }
  return criterion.kind === 'targeted' ? logits[chosen] - other : other - logits[chosen];
}
