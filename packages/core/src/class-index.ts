import { MsanetError } from '@msanet/tensor';

/**
 * Checks that a number is the index of a class.
 *
 * @param where what to call the place in the sentence
 * @throws MsanetError `LABEL_UNKNOWN`
 */
export function checkClass(label: number, classes: number, where: string): void {
  if (Number.isInteger(label) && label >= 0 && label < classes) return;
  throw new MsanetError({
    code: 'LABEL_UNKNOWN',
    where,
    expected: `a class from 0 to ${classes - 1}`,
    got: String(label),
    remedy: 'name a class of the victim',
  });
}
