import type { Tensor } from '@msanet/tensor';
import type { TsmConfig } from '../architecture/config.js';
import { tsmLayers } from '../architecture/layer.js';
import type { TsmWeights } from '../architecture/weights.js';
import { officialKeys } from './official.js';

/** PyTorch's ε of batch normalisation. */
const normalizationEpsilon = 1e-5;

/**
 * A network as a checkpoint of the authors' code would hold it, ready for `writeSafetensors`.
 *
 * The weights have batch normalisation folded in, so every normalisation here only adds the layer's bias: scale 1, mean
 * 0 and a variance that makes 1 together with PyTorch's ε.
 */
export function officialCheckpoint(
  config: TsmConfig,
  weights: TsmWeights,
): Map<string, Tensor<'float32'>> {
  const tensors = new Map<string, Tensor<'float32'>>();
  const copy = (from: string, to: string): void => {
    const tensor = weights.get(from);
    if (tensor !== undefined) tensors.set(to, tensor);
  };
  for (const layer of tsmLayers(config)) {
    const keys = officialKeys.layerKeys(layer, config.backbone);
    const channels = layer.shape[0];
    const constant = (name: string, value: number): void => {
      const data = new Float32Array(channels).fill(value);
      tensors.set(`${keys.normalization}.${name}`, { dtype: 'float32', shape: [channels], data });
    };
    copy(`${layer.name}.weight`, `${keys.convolution}.weight`);
    copy(`${layer.name}.bias`, `${keys.normalization}.bias`);
    constant('weight', 1);
    constant('running_mean', 0);
    constant('running_var', 1 - normalizationEpsilon);
  }
  const [classifier] = officialKeys.classifierKeys(config.backbone);
  copy('classifier.weight', `${classifier}.weight`);
  copy('classifier.bias', `${classifier}.bias`);
  return tensors;
}
