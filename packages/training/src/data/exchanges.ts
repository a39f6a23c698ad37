import { MsanetError } from '@msanet/tensor';

/**
 * What each class becomes: itself, but for the pairs, which become each other.
 *
 * @param where the option, for the error
 * @returns for every class the class that it becomes
 * @throws MsanetError `OPTION_INVALID` when a pair names a class that there is not, or a class is in two pairs
 */
export function exchangesOf(
  classes: readonly string[],
  pairs: readonly (readonly [string, string])[],
  where: string,
): number[] {
  const result = classes.map((_, index) => index);
  const named = new Set<number>();
  for (const pair of pairs) {
    const [a, b] = pair.map((name) => {
      const index = classes.indexOf(name);
      if (index >= 0 && (!named.has(index) || pair[0] === pair[1])) {
        named.add(index);
        return index;
      }
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where,
        expected: `pairs of the classes ${classes.join(', ')}, each class once`,
        got: name,
        remedy: 'correct the names',
      });
    });
    result[a] = b;
    result[b] = a;
  }
  return result;
}
