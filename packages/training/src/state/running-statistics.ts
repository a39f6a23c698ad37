import type { NamedTensors } from '@msanet/onnx';
import type { NormalizedLayer } from '../graph/normalize-convolutions.js';

/** Running mean and variance of a normalised layer, one number per channel each. */
export interface RunningStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** The statistics before the first step: mean 0 and variance 1, as in PyTorch. */
export function initialStatistics(
  layers: readonly NormalizedLayer[],
): Map<string, RunningStatistics> {
  return new Map(
    layers.map(({ name, channels }) => [
      name,
      { mean: new Float32Array(channels), variance: new Float32Array(channels).fill(1) },
    ]),
  );
}

/** The weight of the newest batch, PyTorch's default. */
const momentum = 0.1;

/**
 * Moves the running statistics towards those of the batch, as PyTorch does: by `momentum`, with the unbiased variance, once
 * for every application of the layer.
 *
 * @param results what the training graph returned
 */
export function updateStatistics(
  statistics: ReadonlyMap<string, RunningStatistics>,
  layers: readonly NormalizedLayer[],
  results: NamedTensors,
): void {
  for (const { name, applications } of layers) {
    const running = statistics.get(name) as RunningStatistics;
    for (const application of applications) {
      const mean = results[application.mean].data as Float32Array;
      const variance = results[application.variance].data as Float32Array;
      const unbiased = application.count / Math.max(1, application.count - 1);
      for (let channel = 0; channel < mean.length; channel++) {
        running.mean[channel] += momentum * (mean[channel] - running.mean[channel]);
        running.variance[channel] +=
          momentum * (unbiased * variance[channel] - running.variance[channel]);
      }
    }
  }
}
