/**
 * Which loss a graph computes. Every loss rises as a clip becomes more adversarial, so attacks ascend it.
 *
 * The names and formulas are those of core's `Loss`; the classes are graph inputs here.
 */
export type LossForm =
  | {
      readonly kind:
        'cross-entropy' | 'targeted-cross-entropy' | 'dlr' | 'targeted-dlr' | 'logit-difference';
    }
  | {
      readonly kind: 'margin' | 'targeted-margin';
      /** The margin beyond which the loss no longer rises; unlimited when absent. */
      readonly confidence?: number | undefined;
    };

/** The tag of each loss. */
export type LossKind = LossForm['kind'];

/** What a loss needs to know of each clip: its true class, the class it shall be taken for, or both. */
export type LossClasses = 'labels' | 'targets';

const classesOf: Readonly<Record<LossKind, readonly LossClasses[]>> = {
  'cross-entropy': ['labels'],
  margin: ['labels'],
  dlr: ['labels'],
  'targeted-cross-entropy': ['targets'],
  'targeted-margin': ['targets'],
  'targeted-dlr': ['labels', 'targets'],
  'logit-difference': ['labels', 'targets'],
};

/** The class inputs that a loss takes, in order. */
export function lossClasses(kind: LossKind): readonly LossClasses[] {
  return classesOf[kind];
}
