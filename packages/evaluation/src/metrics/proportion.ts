import { MsanetError } from '@msanet/tensor';

/** A share of trials with its counts, and the interval that holds the true share with 95 % confidence. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
  /** successes / trials, 0 … 1; `null` without trials. */
  readonly rate: number | null;
  /** Lower and upper end of the Wilson score interval; 0 and 1 without trials. */
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * The share of successes with its Wilson score interval at 95 % (E. B. Wilson, JASA 22, 1927), which stays inside [0, 1]
 * and keeps its width at 0 and 100 %, where the normal approximation collapses.
 *
 * With p = successes / n: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @throws MsanetError `OPTION_INVALID` unless both are whole numbers with 0 ≤ successes ≤ trials
 */
export function proportion(successes: number, trials: number): Proportion {
  const counts = Number.isInteger(successes) && Number.isInteger(trials);
  if (!counts || successes < 0 || successes > trials) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: 'proportion',
      expected: 'whole numbers with 0 ≤ successes ≤ trials',
      got: `${successes} of ${trials}`,
      remedy: 'count successes among the trials',
    });
  }
  if (trials === 0) return { successes, trials, rate: null, low: 0, high: 1 };
  const rate = successes / trials;
  const spread = z * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  const centre = rate + (z * z) / (2 * trials);
  const scale = 1 + (z * z) / trials;
  return {
    successes,
    trials,
    rate,
    // At either end the interval touches it; rounding must not push it past.
    low: successes === 0 ? 0 : (centre - spread) / scale,
    high: successes === trials ? 1 : (centre + spread) / scale,
  };
}
