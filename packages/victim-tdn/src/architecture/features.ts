import type { GraphBuilder, Value } from '@msanet/onnx';
import type { TdnConfig } from './config.js';
import { convolution, maxPool, relu } from './convolution.js';
import { differenceScale, frameDifferences, middleFrames } from './frame-inputs.js';
import { tdnLayers, type TdnLayer } from './layer.js';
import { resizeNearest } from './resize.js';
import { scaled } from './scaled.js';
import { stage } from './stages.js';
import type { InputScale, NetworkWeights } from './network-weights.js';

/**
 * The features of the segments: (batch, segments · 5, 3, height, width) with values in [0, 1] to (batch · segments,
 * features, height / 32, width / 32).
 *
 * What the middle frames show and what the differences of frames show is fused twice, as α · appearance + β · motion.
 * The factor α is left to the convolutions that follow, so that the motion needs β / α: 1 for eight segments.
 */
export function tdnFeatures(
  builder: GraphBuilder,
  clips: Value,
  { backbone, segments }: TdnConfig,
  weights: NetworkWeights,
): Value {
  const layers = tdnLayers(backbone);
  const [first, second, ...later] = layers.stages;
  const { appearance, motion } = fusionWeights(segments);
  const whole = { weights, segments };
  const partial = { ...whole, inputScale: appearance };
  const fused = (seen: Value, moved: Value, name: string): Value =>
    fuse(builder, seen, scaled(builder, moved, motion / appearance, `${name}.motion`), name);

  const stem = stemOf(builder, middleFrames(builder, clips), layers.stem, weights);
  const differences = frameDifferences(builder, clips);
  const moved = stemOf(builder, differences, layers.differenceStem, weights, differenceScale);
  const seen = stage(builder, fused(stem, moved, 'fused1'), first, partial);
  const movedOn = stage(builder, moved, layers.differenceStage, whole);
  const joined = fused(seen, movedOn, 'fused2');
  if (second === undefined) return scaled(builder, joined, appearance, 'fused2.scaled');
  return later.reduce(
    (features, blocks) => stage(builder, features, blocks, whole),
    stage(builder, joined, second, partial),
  );
}

/** α and β of the fusion; the published code treats eight segments as a case of their own. */
function fusionWeights(segments: number): { appearance: number; motion: number } {
  return segments === 8 ? { appearance: 0.5, motion: 0.5 } : { appearance: 0.75, motion: 0.25 };
}

/** The sum of the features of appearance and of motion, which has half their height and width. */
function fuse(builder: GraphBuilder, seen: Value, moved: Value, name: string): Value {
  const [, , height, width] = seen.shape;
  const resized = resizeNearest(builder, moved, [height, width], `${name}.resized`);
  return builder.apply('Add', [seen, resized], {}, name);
}

/** A stem. Its max-pool comes before the ReLU: the two commute, and the cheaper order backwards is this one. */
function stemOf(
  builder: GraphBuilder,
  frames: Value,
  layer: TdnLayer,
  weights: NetworkWeights,
  inputScale: InputScale = 1,
): Value {
  const features = convolution(builder, frames, layer, weights, { stride: 2, inputScale });
  return relu(builder, maxPool(builder, features, `${layer.name}.pool`), `${layer.name}.relu`);
}
