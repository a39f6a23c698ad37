import { MsanetError } from '@msanet/tensor';
import { checkClass } from './class-index.js';
import type { Criterion } from './criterion.js';

/**
 * A loss with the classes it is about, one per clip of the batch.
 *
 * Every loss rises as a clip becomes more adversarial, so attacks ascend it. With logits z, true class y, target t,
 * and z_π1 ≥ z_π2 ≥ … the sorted logits:
 *
 * - `cross-entropy`: −log softmax(z)_y
 * - `margin`: max over j ≠ y of z_j − z_y, capped at `confidence` if given (Carlini & Wagner 2017, eq. 6, sign changed)
 * - `dlr`: −(z_y − max over j ≠ y of z_j) / (z_π1 − z_π3) (Croce & Hein 2020, eq. 6); needs three classes
 * - `targeted-cross-entropy`: log softmax(z)_t
 * - `targeted-margin`: z_t − max over j ≠ t of z_j, capped likewise
 * - `targeted-dlr`: −(z_y − z_t) / (z_π1 − (z_π3 + z_π4) / 2) (Croce & Hein 2020, eq. 7); needs four classes
 * - `logit-difference`: z_t − z_y, the decision function of two classes (Moosavi-Dezfooli et al. 2016)
 *
 * To the denominators of DLR 1e-12 is added, as in its authors' code, so that equal logits give a finite loss.
 */
export type Loss =
  | { readonly kind: 'cross-entropy' | 'dlr'; readonly labels: readonly number[] }
  | {
      readonly kind: 'margin';
      readonly labels: readonly number[];
      readonly confidence?: number | undefined;
    }
  | { readonly kind: 'targeted-cross-entropy'; readonly targets: readonly number[] }
  | {
      readonly kind: 'targeted-margin';
      readonly targets: readonly number[];
      readonly confidence?: number | undefined;
    }
  | {
      readonly kind: 'targeted-dlr' | 'logit-difference';
      readonly labels: readonly number[];
      readonly targets: readonly number[];
    };

/** The tag of each loss. */
export type LossKind = Loss['kind'];

/** Which loss an attack ascends; the criterion of each clip decides between its plain and its targeted form. */
export type LossForm =
  | { readonly kind: 'cross-entropy' | 'dlr' }
  | { readonly kind: 'margin'; readonly confidence?: number | undefined };

/**
 * The loss of that form for clips with these criteria.
 *
 * @throws MsanetError `OPTION_INVALID` when targeted and untargeted criteria are mixed in one batch
 */
export function lossFor(form: LossForm, criteria: readonly Criterion[]): Loss {
  const labels = criteria.map((criterion) => criterion.label);
  const targets = criteria.flatMap((criterion) =>
    criterion.kind === 'targeted' ? [criterion.target] : [],
  );
  if (targets.length === 0) {
    if (form.kind === 'margin') {
      return { kind: 'margin', labels, confidence: form.confidence };
    }
    return { kind: form.kind, labels };
  }
  if (targets.length !== labels.length) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: `loss ${form.kind}`,
      expected: 'criteria that are all targeted or all untargeted',
      got: `${targets.length} targeted of ${labels.length}`,
      remedy: 'attack the two groups one after the other',
    });
  }
  switch (form.kind) {
    case 'cross-entropy':
      return { kind: 'targeted-cross-entropy', targets };
    case 'margin':
      return { kind: 'targeted-margin', targets, confidence: form.confidence };
    case 'dlr':
      return { kind: 'targeted-dlr', labels, targets };
  }
}

/** Whether a loss names the classes it is about, so that no criterion has to. */
export function namesClasses(loss: Loss | LossForm): loss is Loss {
  return 'labels' in loss || 'targets' in loss;
}

/** Number of clips that a loss is about. */
export function lossBatch(loss: Loss): number {
  return 'labels' in loss ? loss.labels.length : loss.targets.length;
}

/** How many classes a loss needs to be defined. */
const fewestClasses: Readonly<Record<LossKind, number>> = {
  'cross-entropy': 1,
  margin: 2,
  dlr: 3,
  'targeted-cross-entropy': 1,
  'targeted-margin': 2,
  'targeted-dlr': 4,
  'logit-difference': 2,
};

/**
 * Checks that a loss is about as many clips as the batch has, about classes that the victim has, and defined for so many.
 *
 * @param where what to call the victim in the sentence
 * @throws MsanetError `OPTION_INVALID` or `LABEL_UNKNOWN`
 */
export function checkLoss(loss: Loss, batch: number, classes: number, where: string): void {
  const at = `${where}, loss ${loss.kind}`;
  const fewest = fewestClasses[loss.kind];
  if (classes < fewest) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: at,
      expected: `a victim of at least ${fewest} classes`,
      got: String(classes),
      remedy: 'choose the margin or the cross-entropy loss',
    });
  }
  const named = [
    ...('labels' in loss ? [loss.labels] : []),
    ...('targets' in loss ? [loss.targets] : []),
  ];
  for (const list of named) {
    if (list.length !== batch) {
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where: at,
        expected: `one class for each of ${batch} clips`,
        got: String(list.length),
        remedy: 'name a class per clip',
      });
    }
    for (const label of list) checkClass(label, classes, at);
  }
}
