import type { Tensor } from '@msanet/tensor';
import { floatingValues, foldIntoConvolution } from '@msanet/victim-onnx';
import type { TsmConfig } from '../architecture/config.js';
import { classifierShape, tsmLayers } from '../architecture/layer.js';
import type { TsmWeights } from '../architecture/weights.js';
import type { Naming } from './expected-tensors.js';

/** What PyTorch adds to the variance. */
const epsilon = 1e-5;

/**
 * The weights of a checkpoint that has been recognised, batch normalisation folded in. They share no memory with the
 * checkpoint, which can be let go.
 */
export function readTsmWeights(
  tensors: ReadonlyMap<string, Tensor>,
  config: TsmConfig,
  { style, wrapper, classifier }: Naming,
): TsmWeights {
  const valuesOf = (key: string): Float32Array | Float64Array =>
    floatingValues(tensors.get(wrapper + key) as Tensor, key);
  const weights = new Map<string, Tensor<'float32'>>();
  for (const layer of tsmLayers(config)) {
    const { convolution, normalization } = style.layerKeys(layer, config.backbone);
    const folded = foldIntoConvolution(valuesOf(`${convolution}.weight`), layer.shape, undefined, {
      weight: valuesOf(`${normalization}.weight`),
      bias: valuesOf(`${normalization}.bias`),
      runningMean: valuesOf(`${normalization}.running_mean`),
      runningVariance: valuesOf(`${normalization}.running_var`),
      epsilon,
    });
    weights.set(`${layer.name}.weight`, folded.weight);
    weights.set(`${layer.name}.bias`, folded.bias);
  }
  const copy = (name: string, shape: readonly number[]): Tensor<'float32'> => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(valuesOf(`${classifier}.${name}`)),
  });
  weights.set('classifier.weight', copy('weight', classifierShape(config)));
  weights.set('classifier.bias', copy('bias', [config.classes]));
  return weights;
}
