import type { Tensor } from '@msanet/tensor';
import { floatingValues, foldIntoConvolution } from '@msanet/victim-onnx';
import type { TdnConfig } from '../architecture/config.js';
import { classifierShape, listTdnLayers } from '../architecture/layer.js';
import type { TdnWeights } from '../architecture/weights.js';
import { networkPrefix, type Naming } from './expected-tensors.js';

/** What PyTorch adds to the variance. */
const epsilon = 1e-5;

/**
 * The weights of a checkpoint that has been recognised, batch normalisation folded in. They share no memory with the
 * checkpoint, which can be let go.
 */
export function readTdnWeights(
  tensors: ReadonlyMap<string, Tensor>,
  config: Pick<TdnConfig, 'backbone' | 'classes'>,
  { wrapper, classifier }: Naming,
): TdnWeights {
  const valuesOf = (key: string): Float32Array | Float64Array =>
    floatingValues(tensors.get(wrapper + key) as Tensor, key);
  const copy = (key: string, shape: readonly number[]): Tensor<'float32'> => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(valuesOf(key)),
  });
  const weights = new Map<string, Tensor<'float32'>>();
  for (const { name, shape, normalization, biased } of listTdnLayers(config.backbone)) {
    const key = networkPrefix + name;
    if (normalization === undefined) {
      weights.set(`${name}.weight`, copy(`${key}.weight`, shape));
      continue;
    }
    const statistics = networkPrefix + normalization;
    const bias = biased ? valuesOf(`${key}.bias`) : undefined;
    const folded = foldIntoConvolution(valuesOf(`${key}.weight`), shape, bias, {
      weight: valuesOf(`${statistics}.weight`),
      bias: valuesOf(`${statistics}.bias`),
      runningMean: valuesOf(`${statistics}.running_mean`),
      runningVariance: valuesOf(`${statistics}.running_var`),
      epsilon,
    });
    weights.set(`${name}.weight`, folded.weight);
    weights.set(`${name}.bias`, folded.bias);
  }
  weights.set('classifier.weight', copy(`${classifier}.weight`, classifierShape(config)));
  weights.set('classifier.bias', copy(`${classifier}.bias`, [config.classes]));
  return weights;
}
