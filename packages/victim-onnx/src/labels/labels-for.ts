import { MsanetError } from '@msanet/tensor';
import { hmdb51Labels } from './hmdb51.js';
import { ucf101Labels } from './ucf101.js';

/**
 * Class names for a classifier of that many classes, where none are given: those of UCF-101 for 101, of HMDB-51 for 51,
 * and `class 0`, `class 1`, … for any other number.
 */
export function labelsFor(classes: number): readonly string[] {
  if (classes === ucf101Labels.length) return ucf101Labels;
  if (classes === hmdb51Labels.length) return hmdb51Labels;
  return Array.from({ length: classes }, (_, index) => `class ${index}`);
}

/**
 * The class names of a victim: the given ones after a check, or those of `labelsFor`.
 *
 * @param where the victim, for the error
 * @throws MsanetError `LABELS_INVALID` unless the names are as many as the classes, and all different
 */
export function resolveLabels(
  labels: readonly string[] | undefined,
  classes: number,
  where: string,
): readonly string[] {
  if (labels === undefined) return labelsFor(classes);
  const distinct = new Set(labels).size;
  if (labels.length === classes && distinct === classes) return labels;
  throw new MsanetError({
    code: 'LABELS_INVALID',
    where: `${where}, labels`,
    expected: `${classes} different names, one per class`,
    got: labels.length === classes ? `${distinct} different ones` : `${labels.length} names`,
    remedy: 'give one name for every class, in the order of the logits',
  });
}
