import { MsanetError } from '@msanet/core';

/** Where the classes of a data set are among the labels of a victim. */
export interface ClassMap {
  /** For each class of the data set, the victim's index of it. */
  readonly indices: readonly number[];
  /** What the user should know of how they were matched. */
  readonly note: string | undefined;
}

/**
 * Matches the classes of a data set with the labels of a victim: by name, where capitals, blanks and punctuation do not
 * count; else by position, where there are as many.
 *
 * @throws MsanetError `COMPARISON_INVALID` when neither is possible
 */
export function matchClasses(
  classes: readonly string[],
  labels: readonly string[],
  victim: string,
): ClassMap {
  const places = new Map(labels.map((label, index) => [plain(label), index]));
  const found = classes.map((name) => places.get(plain(name)) ?? -1);
  const missing = classes.filter((_, index) => found[index] < 0);
  if (missing.length === 0) return { indices: found, note: undefined };
  if (classes.length === labels.length && missing.length === classes.length) {
    return {
      indices: classes.map((_, index) => index),
      note: `victim ${victim} names its classes differently from the data set (${labels[0]} …, ${classes[0]} …); they are matched by position`,
    };
  }
  throw new MsanetError({
    code: 'COMPARISON_INVALID',
    where: `victim ${victim}`,
    expected: `a label for every class of the data set`,
    got: `none for ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}`,
    remedy: 'choose a victim that was trained on this data set, or pass its labels',
  });
}

/** A class name without what people write differently. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
