import type { Shape } from '@msanet/tensor';
import type { TsmConfig } from '../architecture/config.js';
import { classifierShape, tsmLayers } from '../architecture/layer.js';
import type { KeyStyle } from './key-style.js';

/** How the keys of one checkpoint are written. */
export interface Naming {
  readonly style: KeyStyle;
  /** What PyTorch's DataParallel puts before every key: `module.`, or nothing. */
  readonly wrapper: string;
  /** The classifier's key, without `.weight`. */
  readonly classifier: string;
}

/** Statistics and parameters of PyTorch's batch normalisation, one number per channel each. */
export const normalizationTensors = ['weight', 'bias', 'running_mean', 'running_var'] as const;

/** The tensors that a checkpoint of that network must hold, and their shapes. */
export function expectedTensors(config: TsmConfig, naming: Naming): Map<string, Shape> {
  const { style, wrapper, classifier } = naming;
  const expected = new Map<string, Shape>();
  for (const layer of tsmLayers(config)) {
    const keys = style.layerKeys(layer, config.backbone);
    expected.set(`${wrapper}${keys.convolution}.weight`, layer.shape);
    for (const name of normalizationTensors) {
      expected.set(`${wrapper}${keys.normalization}.${name}`, layer.shape.slice(0, 1));
    }
  }
  expected.set(`${wrapper}${classifier}.weight`, classifierShape(config));
  expected.set(`${wrapper}${classifier}.bias`, [config.classes]);
  return expected;
}
