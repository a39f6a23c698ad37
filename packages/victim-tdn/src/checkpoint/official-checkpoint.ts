import type { Tensor } from '@msanet/tensor';
import type { TdnConfig } from '../architecture/config.js';
import { listTdnLayers } from '../architecture/layer.js';
import type { TdnWeights } from '../architecture/weights.js';
import { classifierKeys, networkPrefix } from './expected-tensors.js';

/** PyTorch's ε of batch normalisation. */
const normalizationEpsilon = 1e-5;

/**
 * A network as a checkpoint of the authors' code would hold it, ready for `writeSafetensors`.
 *
 * The weights have batch normalisation folded in, so every normalisation here only adds the layer's bias: scale 1, mean
 * 0 and a variance that makes 1 together with PyTorch's ε. The biases of the convolutions in front of it are 0.
 */
export function officialTdnCheckpoint(
  config: TdnConfig,
  weights: TdnWeights,
): Map<string, Tensor<'float32'>> {
  const tensors = new Map<string, Tensor<'float32'>>();
  const copy = (from: string, to: string): void => {
    const tensor = weights.get(from);
    if (tensor !== undefined) tensors.set(to, tensor);
  };
  for (const { name, shape, normalization, biased } of listTdnLayers(config.backbone)) {
    const [channels] = shape;
    const constant = (key: string, value: number): void => {
      const data = new Float32Array(channels).fill(value);
      tensors.set(`${networkPrefix}${key}`, { dtype: 'float32', shape: [channels], data });
    };
    copy(`${name}.weight`, `${networkPrefix}${name}.weight`);
    if (biased) constant(`${name}.bias`, 0);
    if (normalization === undefined) continue;
    copy(`${name}.bias`, `${networkPrefix}${normalization}.bias`);
    constant(`${normalization}.weight`, 1);
    constant(`${normalization}.running_mean`, 0);
    constant(`${normalization}.running_var`, 1 - normalizationEpsilon);
  }
  const [classifier] = classifierKeys;
  copy('classifier.weight', `${classifier}.weight`);
  copy('classifier.bias', `${classifier}.bias`);
  return tensors;
}
