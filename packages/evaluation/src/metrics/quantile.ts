import { MsanetError } from '@msanet/tensor';

/** The numbers in ascending order; ±∞ has its place at the ends. */
export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * A quantile of numbers in ascending order, linear between neighbours (Hyndman & Fan 1996, type 7: the default of NumPy
 * and R). Between a finite and an infinite neighbour it is infinite.
 *
 * @param sorted without NaN
 * @param share 0 … 1; 0.5 is the median
 * @returns `null` for no numbers
 * @throws MsanetError `OPTION_INVALID` if the share is outside 0 … 1
 */
export function quantile(sorted: ArrayLike<number>, share: number): number | null {
  if (!(share >= 0 && share <= 1)) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'quantile',
      expected: 'a share from 0 to 1',
      got: String(share),
      remedy: 'give 0.5 for the median',
    });
  }
  if (sorted.length === 0) return null;
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  // Equal neighbours may be infinite, and infinity minus infinity is no number.
  return below === above ? below : below + (position - Math.floor(position)) * (above - below);
}
