import { bootstrapMedian, type BootstrapOptions, type Interval } from './bootstrap-median.js';
import { ascending, quantile } from './quantile.js';

/** What is said of the values of a metric over many clips. */
export interface Summary {
  /** How many clips have a value. */
  readonly count: number;
  /** How many have none (`null`). */
  readonly missing: number;
  readonly mean: number;
  readonly min: number;
  readonly firstQuartile: number;
  readonly median: number;
  readonly thirdQuartile: number;
  readonly max: number;
  /** The 95 % interval of the median; `null` for fewer than two values. */
  readonly medianInterval: Interval | null;
}

/**
 * Sums up per-clip values; `null` if no clip has one.
 *
 * @param values without NaN; infinite ones (PSNR of identical clips) make the mean infinite, not the median
 */
export function summarize(
  values: Iterable<number | null>,
  options?: BootstrapOptions,
): Summary | null {
  const all = [...values];
  const sorted = ascending(all.filter((value) => value !== null));
  if (sorted.length === 0) return null;
  const at = (share: number): number => quantile(sorted, share) ?? NaN;
  return {
    count: sorted.length,
    missing: all.length - sorted.length,
    mean: meanOf(sorted),
    min: sorted[0],
    firstQuartile: at(0.25),
    median: at(0.5),
    thirdQuartile: at(0.75),
    max: sorted[sorted.length - 1],
    medianInterval: bootstrapMedian(sorted, options),
  };
}

/** What a success costs, in queries, gradient calls, steps or seconds. */
export interface CostSummary {
  readonly successes: number;
  readonly failures: number;
  /** Mean over the successes; `null` without any. It flatters an attack that gives up on hard clips. */
  readonly meanOverSuccesses: number | null;
  /** Median over the successes; `null` without any. */
  readonly medianOverSuccesses: number | null;
  /**
   * Median over all clips, with a failure as infinity: `Infinity` where half of them or more failed, `null` without clips.
   * The figure to compare attacks of different success rates by.
   */
  readonly medianOverAll: number | null;
}

/** Sums up the costs to the first success, with `null` for a clip on which the attack did not succeed. */
export function summarizeCosts(costs: Iterable<number | null>): CostSummary {
  const all = [...costs];
  const successes = ascending(all.filter((cost) => cost !== null));
  return {
    successes: successes.length,
    failures: all.length - successes.length,
    meanOverSuccesses: successes.length === 0 ? null : meanOf(successes),
    medianOverSuccesses: quantile(successes, 0.5),
    medianOverAll: quantile(ascending(all.map((cost) => cost ?? Infinity)), 0.5),
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
