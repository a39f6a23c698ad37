// Metrics
export { describeMetrics } from './metrics/describe-metrics.js';
export { measureAgainst, perceptibilityMetrics } from './metrics/perceptibility-metrics.js';
export type { MetricValues } from './metrics/perceptibility-metrics.js';
export type { Clip, ClipPair, Measurement, Metric, MetricDescription } from './metrics/metric.js';
// Statistics of metrics
export { bootstrapMedian } from './metrics/bootstrap-median.js';
export type { BootstrapOptions, Interval } from './metrics/bootstrap-median.js';
export { proportion } from './metrics/proportion.js';
export type { Proportion } from './metrics/proportion.js';
export { quantile } from './metrics/quantile.js';
export { successRates } from './metrics/success-rates.js';
export type { ClipVerdict, SuccessRates } from './metrics/success-rates.js';
export { summarize, summarizeCosts } from './metrics/summary.js';
export type { CostSummary, Summary } from './metrics/summary.js';
