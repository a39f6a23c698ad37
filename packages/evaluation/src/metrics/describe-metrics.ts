import { lpipsDescription } from './lpips.js';
import type { MetricDescription } from './metric.js';
import { perceptibilityMetrics } from './perceptibility-metrics.js';

/** The description of every metric, in the order of tables: the rows of `docs/reference/metrics.md`. */
export function describeMetrics(): MetricDescription[] {
  return [...perceptibilityMetrics, lpipsDescription].map(
    ({ id, title, unit, range, better, formula, source, note }) => ({
      id,
      title,
      unit,
      range,
      better,
      formula,
      source,
      ...(note === undefined ? {} : { note }),
    }),
  );
}
