import { MsanetError } from '@msanet/core';

/**
 * Reads a number, or a fraction such as `8/255`.
 *
 * @param where what to call it in the sentence, such as `--epsilon`
 * @throws MsanetError `OPTION_INVALID`
 */
export function parseNumber(text: string, where: string): number {
  const parts = text.trim().split('/');
  const numbers = parts.map((part) => (part.trim() === '' ? NaN : Number(part)));
  const value = numbers.length === 2 ? numbers[0] / numbers[1] : numbers[0];
  if (parts.length <= 2 && Number.isFinite(value)) return value;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected: 'a number or a fraction such as 8/255',
    got: text === '' ? 'an empty text' : text,
    remedy: 'write it with digits',
  });
}

/**
 * Reads a whole number of at least `least`.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function parseCount(text: string, least: number, where: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where,
    expected: `a whole number of at least ${least}`,
    got: text === '' ? 'an empty text' : text,
    remedy: 'write it with digits',
  });
}
