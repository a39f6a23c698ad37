import type { Shape } from '@msanet/tensor';
import { float, int, ints, GraphBuilder, type Model, type Value } from '@msanet/onnx';
import { imagenetNormalization, normalizeClips, reshape } from '@msanet/victim-onnx';
import { checkTsmConfig, type TsmConfig } from './config.js';
import { weightOf } from './convolution.js';
import { classifierShape } from './layer.js';
import { mobilenetV2Features } from './mobilenet-v2.js';
import { resnetFeatures } from './resnet.js';
import type { FeatureLayout } from './temporal-shift.js';
import type { TsmWeights } from './weights.js';

/**
 * Builds the forward graph of a TSM network in inference: input `clips` (batch, segments, 3, size, size) with values in
 * [0, 1], output `logits` (batch, classes), the mean over the segments.
 *
 * The mean is taken before the classifier, which is the same since the classifier is affine.
 *
 * @param layout `whole` where the initializers are to be the weights under their own names, for a training
 * @throws MsanetError `OPTION_INVALID` for a configuration outside its domain, `GRAPH_INVALID` for weights of another one
 */
export function buildTsm(
  config: TsmConfig,
  weights: TsmWeights,
  batch = 1,
  layout: FeatureLayout = 'parts',
): Model {
  checkTsmConfig(config);
  const { backbone, segments, inputSize } = config;
  const builder = new GraphBuilder({ name: `TSM ${backbone.name}` });
  const clips = builder.input('clips', 'float32', [batch, segments, 3, inputSize, inputSize]);
  const frames = normalizeClips(builder, clips, imagenetNormalization);
  const features = featuresOf(builder, frames, config, weights, layout);
  const pooled = builder.apply('GlobalAveragePool', [features], {}, 'pooled');
  const perFrame = reshape(builder, pooled, [batch, segments, backbone.features], 'per-frame');
  const consensus = builder.apply(
    'ReduceMean',
    [perFrame],
    { axes: ints([1]), keepdims: int(0) },
    'consensus',
  );
  const parameter = (name: string, shape: Shape): Value =>
    builder.constant(weightOf(weights, name, shape), name);
  const weight = parameter('classifier.weight', classifierShape(config));
  const bias = parameter('classifier.bias', [config.classes]);
  const gemm = { alpha: float(1), beta: float(1), transA: int(0), transB: int(1) };
  builder.output(builder.apply('Gemm', [consensus, weight, bias], gemm, 'logits'));
  return builder.build();
}

function featuresOf(
  builder: GraphBuilder,
  frames: Value,
  { backbone, segments, shiftDivisor, shiftPlacement }: TsmConfig,
  weights: TsmWeights,
  layout: FeatureLayout,
): Value {
  const shift = { segments, divisor: shiftDivisor, layout };
  return backbone.family === 'resnet'
    ? resnetFeatures(builder, frames, { backbone, placement: shiftPlacement, weights, shift })
    : mobilenetV2Features(builder, frames, { backbone, weights, shift });
}
