import type { Random, Tensor } from '@msanet/tensor';
import { sizeOf } from '@msanet/tensor';
import type { TdnConfig } from './config.js';
import { classifierShape, listTdnLayers } from './layer.js';

/**
 * The weights of a network by name, batch normalisation folded in: `<layer>.weight` for every layer, `<layer>.bias` where
 * the layer has a normalisation, `classifier.weight` (classes, features) and `classifier.bias` (classes).
 */
export type TdnWeights = ReadonlyMap<string, Tensor<'float32'>>;

/** How much smaller than He's the weights are that end a residual branch. */
const branchEnd = 0.25;
/** One part in so many of the channels starts by moving each way along time. */
const shiftDivisor = 8;

/**
 * Weights drawn at random, for tests, benchmarks and as the start of a training: normal with He's deviation √(2 / fan-in)
 * (He et al., ICCV 2015), a quarter of it where a residual branch ends, so that activations neither vanish nor explode;
 * biases zero, the classifier's deviation 1 / √features. The convolutions along time start as TSM's shift, as in the
 * published code.
 */
export function randomTdnWeights(config: TdnConfig, random: Random): TdnWeights {
  const weights = new Map<string, Tensor<'float32'>>();
  const add = (name: string, shape: readonly number[], deviation: number): void => {
    const data = new Float32Array(sizeOf(shape));
    const values = deviation === 0 ? data : random.fork(name).fillNormal(data, 0, deviation);
    weights.set(name, { dtype: 'float32', shape, data: values });
  };
  for (const { name, shape, normalization, endsBranch } of listTdnLayers(config.backbone)) {
    if (shape.length === 3) {
      weights.set(`${name}.weight`, shiftKernels(shape[0]));
      continue;
    }
    const gain = endsBranch ? branchEnd : 1;
    add(`${name}.weight`, shape, gain * Math.sqrt(2 / sizeOf(shape.slice(1))));
    if (normalization !== undefined) add(`${name}.bias`, shape.slice(0, 1), 0);
  }
  const [classes, features] = classifierShape(config);
  add('classifier.weight', [classes, features], 1 / Math.sqrt(features));
  add('classifier.bias', [classes], 0);
  return weights;
}

/** Kernels (channels, 1, 3) over the segment before, the segment itself and the one after. */
function shiftKernels(channels: number): Tensor<'float32'> {
  const fold = Math.floor(channels / shiftDivisor);
  const data = new Float32Array(3 * channels);
  for (let channel = 0; channel < channels; channel++) {
    const [next, previous] = [channel < fold, channel < 2 * fold];
    data[3 * channel + (next ? 2 : previous ? 0 : 1)] = 1;
  }
  return { dtype: 'float32', shape: [channels, 1, 3], data };
}
