// Metrics
export { describeMetrics } from './metrics/describe-metrics.js';
export { measureAgainst, perceptibilityMetrics } from './metrics/perceptibility-metrics.js';
export type { MetricValues } from './metrics/perceptibility-metrics.js';
export type { Clip, ClipPair, Measurement, Metric, MetricDescription } from './metrics/metric.js';
