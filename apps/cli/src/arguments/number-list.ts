import { MsanetError } from '@msanet/core';

/**
 * Reads whole numbers and ranges of them, such as `1-7,9`.
 *
 * @param least the smallest number allowed
 * @param most the largest number allowed
 * @returns the numbers in rising order, each once
 * @throws MsanetError `OPTION_INVALID`
 */
export function parseNumberList(
  text: string,
  least: number,
  most: number,
  where: string,
): number[] {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (!(from >= least && to <= most && from <= to)) {
      throw new MsanetError({
        code: 'OPTION_INVALID',
        where,
        expected: `whole numbers from ${least} to ${most}, such as 1-7,9`,
        got: text === '' ? 'an empty text' : text,
        remedy: 'separate numbers and ranges by commas',
      });
    }
    for (let number = from; number <= to; number++) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}
