import { float32 } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';
import { reshape } from './reshape.js';

/** How a network wants its pixels: (value − mean) / deviation per colour channel, for values in [0, 1]. */
export interface PixelNormalization {
  /** Means of red, green and blue. */
  readonly mean: readonly [number, number, number];
  /** Standard deviations of red, green and blue. */
  readonly deviation: readonly [number, number, number];
}

/** The normalisation of networks trained on ImageNet, the default of TSM and TDN. */
export const imagenetNormalization: PixelNormalization = {
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
};

/**
 * Folds clips into frames and normalises them: shape (batch, frames, 3, height, width) with values in [0, 1] becomes
 * (batch · frames, 3, height, width).
 *
 * It stays a step of its own: folded into a padded convolution it would turn the zero padding into something else.
 */
export function normalizeClips(
  builder: GraphBuilder,
  clips: Value,
  { mean, deviation }: PixelNormalization,
): Value {
  const [batch, frames, channels, height, width] = clips.shape;
  const folded = reshape(builder, clips, [batch * frames, channels, height, width], 'frames');
  const perChannel = (values: readonly number[], name: string): Value =>
    builder.constant(float32(values, [1, channels, 1, 1]), name);
  const centred = builder.apply('Sub', [folded, perChannel(mean, 'mean')], {}, 'centred');
  const scale = deviation.map((value) => 1 / value);
  return builder.apply('Mul', [centred, perChannel(scale, 'scale')], {}, 'normalized');
}
