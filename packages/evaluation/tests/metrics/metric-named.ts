import { perceptibilityMetrics, type Metric } from '../../src/index.js';

/** The metric of that id. */
export function metricNamed(id: string): Metric {
  const metric = perceptibilityMetrics.find((candidate) => candidate.id === id);
  if (metric === undefined) throw new Error(`there is no metric ${id}`);
  return metric;
}
