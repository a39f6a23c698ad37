import { Random } from '@msanet/tensor';
import { ascending, quantile } from './quantile.js';

/** The two ends of an interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Settings of the bootstrap. */
export interface BootstrapOptions {
  /** Decides which samples are drawn. Default 0. */
  readonly seed?: number;
  /** How many samples are drawn. Default 2000. */
  readonly resamples?: number;
}

/**
 * The 95 % interval of a median by the percentile bootstrap (B. Efron, Annals of Statistics 7, 1979): the 2.5 % and 97.5 %
 * quantiles of the medians of samples drawn with replacement.
 *
 * The order of the values does not matter. Infinite values are allowed, and may make an end infinite.
 *
 * @param values without NaN
 * @returns `null` for fewer than two values, which say nothing about spread
 */
export function bootstrapMedian(
  values: Iterable<number>,
  { seed = 0, resamples = 2000 }: BootstrapOptions = {},
): Interval | null {
  const sorted = ascending(values);
  const size = sorted.length;
  if (size < 2) return null;
  const random = new Random(seed).fork('bootstrap-median');
  const medians = new Float64Array(resamples);
  const ranks = new Int32Array(size);
  const lower = (size - 1) >> 1;
  const upper = size >> 1;
  for (let sample = 0; sample < resamples; sample++) {
    for (let draw = 0; draw < size; draw++) ranks[draw] = random.integer(size);
    ranks.sort();
    const [below, above] = [sorted[ranks[lower]], sorted[ranks[upper]]];
    medians[sample] = below === above ? below : (below + above) / 2;
  }
  medians.sort();
  const [low, high] = [quantile(medians, 0.025), quantile(medians, 0.975)];
  return low === null || high === null ? null : { low, high };
}
