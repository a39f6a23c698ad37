import { sizeOf, type Random, type Tensor } from '@msanet/tensor';
import type { TsmConfig } from './config.js';
import { classifierShape, tsmLayers } from './layer.js';

/**
 * The weights of a network by name, batch normalisation folded in: `<layer>.weight` and `<layer>.bias` for every layer,
 * `classifier.weight` (classes, features) and `classifier.bias` (classes).
 */
export type TsmWeights = ReadonlyMap<string, Tensor<'float32'>>;

/** How much smaller than He's the weights are whose result is added to a shortcut. */
const branchEnd = 0.25;

/**
 * Weights drawn at random, for tests, benchmarks and as the start of a training: normal with He's deviation √(2 / fan-in)
 * (He et al., ICCV 2015), a quarter of it where the result is added to a shortcut, so that activations neither vanish nor explode;
 * biases zero, the classifier's deviation 1 / √features.
 */
export function randomTsmWeights(config: TsmConfig, random: Random): TsmWeights {
  const weights = new Map<string, Tensor<'float32'>>();
  const add = (name: string, shape: readonly number[], deviation: number): void => {
    const data = new Float32Array(sizeOf(shape));
    const values = deviation === 0 ? data : random.fork(name).fillNormal(data, 0, deviation);
    weights.set(name, { dtype: 'float32', shape, data: values });
  };
  for (const layer of tsmLayers(config)) {
    const fanIn = sizeOf(layer.shape.slice(1));
    const gain = layer.endsBranch ? branchEnd : 1;
    add(`${layer.name}.weight`, layer.shape, gain * Math.sqrt(2 / fanIn));
    add(`${layer.name}.bias`, layer.shape.slice(0, 1), 0);
  }
  const [classes, features] = classifierShape(config);
  add('classifier.weight', [classes, features], 1 / Math.sqrt(features));
  add('classifier.bias', [classes], 0);
  return weights;
}
