import { float, int, ints, GraphBuilder, type Model } from '@msanet/onnx';
import { reshape } from '@msanet/victim-onnx';
import { checkTdnConfig, framesPerSegment, type TdnConfig } from './config.js';
import { tdnFeatures } from './features.js';
import { classifierShape } from './layer.js';
import { NetworkWeights } from './network-weights.js';
import type { TdnWeights } from './weights.js';

/** How the graph is meant to be used. */
export interface BuildTdnOptions {
  /** Clips per run. Default 1. */
  readonly batch?: number;
  /**
   * Whether the initializers must be the weights as they are given, under their names, so that gradients with respect to
   * them can be asked for. Otherwise some carry factors of the network, which saves work. Default false.
   */
  readonly trainable?: boolean;
}

/**
 * Builds the forward graph of a TDN network in inference (Wang et al., CVPR 2021, arXiv:2012.10071): input `clips` (batch,
 * segments · 5, 3, size, size) with values in [0, 1], output `logits` (batch, classes), the mean over the segments.
 *
 * The mean is taken before the classifier, which is the same since the classifier is affine.
 *
 * @throws MsanetError `OPTION_INVALID` for a configuration outside its domain, `GRAPH_INVALID` for weights of another one
 */
export function buildTdn(
  config: TdnConfig,
  weights: TdnWeights,
  { batch = 1, trainable = false }: BuildTdnOptions = {},
): Model {
  checkTdnConfig(config);
  const { backbone, segments, inputSize } = config;
  const builder = new GraphBuilder({ name: `TDN ${backbone.name}` });
  const values = new NetworkWeights(builder, weights, trainable);
  const frames = segments * framesPerSegment;
  const clips = builder.input('clips', 'float32', [batch, frames, 3, inputSize, inputSize]);
  const features = tdnFeatures(builder, clips, config, values);
  const pooled = builder.apply('GlobalAveragePool', [features], {}, 'pooled');
  const perSegment = reshape(builder, pooled, [batch, segments, backbone.features], 'per-segment');
  const consensus = builder.apply(
    'ReduceMean',
    [perSegment],
    { axes: ints([1]), keepdims: int(0) },
    'consensus',
  );
  const weight = values.get('classifier.weight', classifierShape(config));
  const bias = values.get('classifier.bias', [config.classes]);
  const gemm = { alpha: float(1), beta: float(1), transA: int(0), transB: int(1) };
  builder.output(builder.apply('Gemm', [consensus, weight, bias], gemm, 'logits'));
  return builder.build();
}
