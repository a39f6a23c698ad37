import type { Shape } from '@msanet/tensor';
import type { TdnConfig } from '../architecture/config.js';
import { classifierShape, listTdnLayers } from '../architecture/layer.js';

/** How the keys of one checkpoint are written. */
export interface Naming {
  /** What PyTorch's DataParallel puts before every key: `module.`, or nothing. */
  readonly wrapper: string;
  /** The classifier's key, without `.weight`: `new_fc`, or `base_model.fc` when trained without dropout. */
  readonly classifier: string;
}

/** What stands before the names of all layers but the classifier, in MCG-NJU/TDN. */
export const networkPrefix = 'base_model.';

/** What the classifier may be called. */
export const classifierKeys: readonly string[] = ['new_fc', `${networkPrefix}fc`];

/** Statistics and parameters of PyTorch's batch normalisation, one number per channel each. */
export const normalizationTensors = ['weight', 'bias', 'running_mean', 'running_var'] as const;

/** The tensors that a checkpoint of that network must hold, and their shapes. */
export function expectedTensors(
  config: Pick<TdnConfig, 'backbone' | 'classes'>,
  { wrapper, classifier }: Naming,
): Map<string, Shape> {
  const expected = new Map<string, Shape>();
  for (const { name, shape, normalization, biased } of listTdnLayers(config.backbone)) {
    const key = `${wrapper}${networkPrefix}${name}`;
    expected.set(`${key}.weight`, shape);
    if (biased) expected.set(`${key}.bias`, shape.slice(0, 1));
    if (normalization === undefined) continue;
    for (const tensor of normalizationTensors) {
      expected.set(`${wrapper}${networkPrefix}${normalization}.${tensor}`, shape.slice(0, 1));
    }
  }
  expected.set(`${wrapper}${classifier}.weight`, classifierShape(config));
  expected.set(`${wrapper}${classifier}.bias`, [config.classes]);
  return expected;
}
