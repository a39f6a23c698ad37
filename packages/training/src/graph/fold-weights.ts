import type { Tensor } from '@msanet/tensor';
import type { ParameterSet } from '@msanet/autodiff';
import type { NetworkWeights } from '../trainable-network.js';
import type { RunningStatistics } from '../state/running-statistics.js';
import { normalizationEpsilon, type NormalizedLayer } from './normalize-convolutions.js';

/**
 * The weights for inference: every normalisation, by its running statistics, folded into its convolution. Computed in
 * float64.
 *
 * @param shapes the weights of the network, for their names and shapes
 */
export function foldWeights(
  shapes: NetworkWeights,
  parameters: ParameterSet,
  layers: readonly NormalizedLayer[],
  statistics: ReadonlyMap<string, RunningStatistics>,
): NetworkWeights {
  const folded = new Map<string, Tensor<'float32'>>(
    Array.from(shapes, ([name, { shape }]) => [
      name,
      { dtype: 'float32', shape, data: parameters[name].slice() },
    ]),
  );
  for (const { name, weight, scale, bias, channels } of layers) {
    const { mean, variance } = statistics.get(name) as RunningStatistics;
    const kernel = (folded.get(weight) as Tensor<'float32'>).data;
    const offsets = (folded.get(bias) as Tensor<'float32'>).data;
    const length = kernel.length / channels;
    for (let channel = 0; channel < channels; channel++) {
      const deviation = Math.sqrt(variance[channel] + normalizationEpsilon);
      const factor = parameters[scale][channel] / deviation;
      const end = (channel + 1) * length;
      for (let index = channel * length; index < end; index++) kernel[index] *= factor;
      offsets[channel] -= mean[channel] * factor;
    }
  }
  return folded;
}
