import { sizeOf, type Random, type Shape, type Tensor } from '@msanet/tensor';
import type { Head } from './heads.js';

/** One parameter tensor of the attention network. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly kind: 'hidden-weight' | 'hidden-bias' | 'output-weight' | 'output-bias';
}

/** Hidden channels of each head. */
export const hiddenChannels = 6;

/** Spatial size of each head's first convolution. */
export const kernelSize: { readonly [H in Head]: number } = {
  'temporal-select': 1,
  'spatial-select': 3,
  'temporal-enhance': 1,
  'spatial-enhance': 3,
};

/** How many frames each head looks at: the frame alone, or with both its neighbours. */
export const framesSeen: { readonly [H in Head]: 1 | 3 } = {
  'temporal-select': 3,
  'spatial-select': 1,
  'temporal-enhance': 3,
  'spatial-enhance': 1,
};

/** The parameters of the network, in the order in which they lie in the flat vector. */
export function parameterSpecs(heads: readonly Head[], channels: number): ParameterSpec[] {
  return heads.flatMap((head): ParameterSpec[] => {
    const size = kernelSize[head];
    const seen = framesSeen[head] * channels;
    return [
      {
        name: `${head}.hidden.weight`,
        shape: [hiddenChannels, seen, size, size],
        kind: 'hidden-weight',
      },
      { name: `${head}.hidden.bias`, shape: [hiddenChannels], kind: 'hidden-bias' },
      {
        name: `${head}.output.weight`,
        shape: [1, hiddenChannels, 1, 1],
        kind: 'output-weight',
      },
      { name: `${head}.output.bias`, shape: [1], kind: 'output-bias' },
    ];
  });
}

/** Number of parameters altogether. */
export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((total, spec) => total + sizeOf(spec.shape), 0);
}

/** Views of the flat vector as the network's tensors, by name. */
export function splitParameters(
  specs: readonly ParameterSpec[],
  flat: Float32Array,
): Record<string, Tensor<'float32'>> {
  let start = 0;
  return Object.fromEntries(
    specs.map((spec) => {
      const data = flat.subarray(start, start + sizeOf(spec.shape));
      start += data.length;
      return [spec.name, { dtype: 'float32' as const, shape: spec.shape, data }];
    }),
  );
}

/**
 * Parameters to start from.
 *
 * Weights are drawn small (He et al. 2015, scaled by ¼), and the first hidden channel of every head reads the saliency,
 * the last feature channel, of the frame itself: so the first mask already prefers what moves the victim, and the rest
 * is learned per clip.
 */
export function initialParameters(
  specs: readonly ParameterSpec[],
  channels: number,
  saliency: boolean,
  random: Random,
): Float32Array {
  const flat = new Float32Array(parameterCount(specs));
  let start = 0;
  for (const spec of specs) {
    const values = flat.subarray(start, start + sizeOf(spec.shape));
    start += values.length;
    if (spec.kind === 'hidden-weight') {
      const [, seen, size] = spec.shape;
      random.fillNormal(values, 0, 0.25 * Math.sqrt(2 / (seen * size * size)));
      if (saliency) {
        const frame = seen === 3 * channels ? channels : 0;
        const centre = Math.floor((size * size) / 2);
        values[(frame + channels - 1) * size * size + centre] += 1;
      }
    } else if (spec.kind === 'output-weight') {
      random.fillNormal(values, 0, 0.25 * Math.sqrt(2 / hiddenChannels));
      if (saliency) values[0] += 2;
    } else if (spec.kind === 'output-bias') {
      values.fill(saliency ? -1 : 0);
    }
  }
  return flat;
}
