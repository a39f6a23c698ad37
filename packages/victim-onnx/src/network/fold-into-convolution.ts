import type { Shape, Tensor } from '@msanet/tensor';

/** Numbers that are only read; arithmetic on them is in float64. */
type Numbers = Float32Array | Float64Array;

/** What batch normalisation has learned, one number per channel. */
export interface BatchNormalization {
  /** Scale γ. */
  readonly weight: Numbers;
  /** Offset β. */
  readonly bias: Numbers;
  readonly runningMean: Numbers;
  readonly runningVariance: Numbers;
  /** What is added to the variance; PyTorch's default is 1e-5. */
  readonly epsilon: number;
}

/** Weight (out, in / groups, height, width) and bias (out) of a convolution. */
export interface ConvolutionWeights {
  readonly weight: Tensor<'float32'>;
  readonly bias: Tensor<'float32'>;
}

/**
 * Folds the batch normalisation that follows a convolution into the convolution itself.
 *
 * With s = γ / √(variance + ε): weight' = weight · s and bias' = β + (bias − mean) · s, computed in float64 and rounded
 * once. The identity is exact, whatever the padding, since the normalisation acts on the output.
 *
 * @param weight values of shape `shape`, output channels first
 * @param bias one number per output channel; zero when the convolution has none
 */
export function foldIntoConvolution(
  weight: Numbers,
  shape: Shape,
  bias: Numbers | undefined,
  norm: BatchNormalization,
): ConvolutionWeights {
  const channels = shape[0];
  const length = weight.length / channels;
  const folded = new Float32Array(weight.length);
  const offset = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const scale = norm.weight[channel] / Math.sqrt(norm.runningVariance[channel] + norm.epsilon);
    for (let index = channel * length; index < (channel + 1) * length; index++) {
      folded[index] = weight[index] * scale;
    }
    const centred = (bias?.[channel] ?? 0) - norm.runningMean[channel];
    offset[channel] = norm.bias[channel] + centred * scale;
  }
  return {
    weight: { dtype: 'float32', shape, data: folded },
    bias: { dtype: 'float32', shape: [channels], data: offset },
  };
}
