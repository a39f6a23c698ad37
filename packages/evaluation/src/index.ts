// Metrics
export { describeMetrics } from './metrics/describe-metrics.js';
export { lpipsDescription, openLpips } from './metrics/lpips.js';
export type { LpipsSetup, NetworkMetric } from './metrics/lpips.js';
export { measureAgainst, perceptibilityMetrics } from './metrics/perceptibility-metrics.js';
export type { MetricValues } from './metrics/perceptibility-metrics.js';
export type { Clip, ClipPair, Measurement, Metric, MetricDescription } from './metrics/metric.js';
export type { Once } from './metrics/once.js';
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
// Comparisons
export type {
  ClipChoice,
  CleanSelection,
  ComparedAttack,
  ComparedClip,
  ComparedDataset,
  ComparedVictim,
  Experiment,
} from './comparison/experiment.js';
export { parseExperiment } from './comparison/parse-experiment.js';
export type { ExperimentPath } from './comparison/parse-experiment.js';
export { attackSpace, commonPicture } from './comparison/attack-space.js';
export type { AttackSpace, CommonPicture } from './comparison/attack-space.js';
export { matchClasses } from './comparison/class-map.js';
export type { ClassMap } from './comparison/class-map.js';
export { formatBudget } from './comparison/budget-use.js';
export { runComparison } from './comparison/run-comparison.js';
export type { ComparisonProgress, ComparisonRun } from './comparison/run-comparison.js';
// Pictures
export { amplifiedPerturbation } from './work/amplified-perturbation.js';
export type { AmplifiedPerturbation } from './work/amplified-perturbation.js';
// Workers
export { WorkerPool } from './work/worker-pool.js';
export type { LaunchWorker, WorkerLink } from './work/worker-pool.js';
export { serveWorker } from './work/serve-worker.js';
export type { PreparedWorker, WorkerChannel } from './work/serve-worker.js';
export type {
  CleanLogits,
  FromWorker,
  ToWorker,
  WorkerReady,
  WorkerSetup,
} from './work/messages.js';
export type { LoadedClip, PanelAttack, PanelParts, PanelVictim } from './work/panel.js';
// Run folders
export { RunFolder, readManifest, runFiles } from './run-folder/run-folder.js';
export { runFormat } from './run-folder/manifest.js';
export type { HashedFile, Manifest, VictimDescription } from './run-folder/manifest.js';
// Records
export type {
  AttackRecord,
  AttackResult,
  AttackStatus,
  TransferVerdict,
  Verdict,
} from './records/attack-record.js';
export type { Choice, CleanVerdict, ClipRecord } from './records/clip-record.js';
export type { Failure } from './records/failure.js';
export type { Warning } from './records/warning.js';
// Summaries
export { comparisonText } from './summary/table-text.js';
export { summarizeRun } from './summary/summarize-run.js';
export { writeSummary } from './summary/write-summary.js';
export type {
  CellSummary,
  ComparisonSummary,
  CountedWarning,
  TransferCell,
  VictimSummary,
} from './summary/comparison-summary.js';
