import { lossBatch, type Loss } from '@msanet/core';
import { MsanetError } from '@msanet/tensor';

/** The fewest classes that a loss is defined for. */
const fewestClasses: Readonly<Record<Loss['kind'], number>> = {
  'cross-entropy': 2,
  margin: 2,
  dlr: 3,
  'targeted-cross-entropy': 2,
  'targeted-margin': 2,
  'targeted-dlr': 4,
};

/**
 * Checks that a loss names one class of the victim for every clip.
 *
 * @param where the victim, for the error
 * @throws MsanetError `SHAPE_MISMATCH` for another number of labels than clips, `LABEL_UNKNOWN` for a label that is no
 *   class, `OPTION_INVALID` for a loss that needs more classes
 */
export function checkLoss(loss: Loss, batch: number, classes: number, where: string): void {
  if (classes < fewestClasses[loss.kind]) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: `${where}, loss ${loss.kind}`,
      expected: `a victim of at least ${fewestClasses[loss.kind]} classes`,
      got: `one of ${classes}`,
      remedy: 'choose the margin or cross-entropy loss',
    });
  }
  for (const [name, indices] of Object.entries(lossClasses(loss))) {
    if (indices.length !== batch || lossBatch(loss) !== batch) {
      throw new MsanetError({
        code: 'SHAPE_MISMATCH',
        where: `${where}, loss ${loss.kind}`,
        expected: `one of ${name} per clip, ${batch}`,
        got: String(indices.length),
        remedy: 'pass a class for every clip of the batch',
      });
    }
    const stray = indices.find(
      (index) => !Number.isInteger(index) || index < 0 || index >= classes,
    );
    if (stray === undefined) continue;
    throw new MsanetError({
      code: 'LABEL_UNKNOWN',
      where: `${where}, loss ${loss.kind}, ${name}`,
      expected: `a class index from 0 to ${classes - 1}`,
      got: String(stray),
      remedy: 'name a class of the victim',
    });
  }
}

/** The classes that a loss is about, one list per role: `labels`, `targets` or both. */
export function lossClasses(loss: Loss): Readonly<Record<string, readonly number[]>> {
  return {
    ...('labels' in loss ? { labels: loss.labels } : {}),
    ...('targets' in loss ? { targets: loss.targets } : {}),
  };
}
