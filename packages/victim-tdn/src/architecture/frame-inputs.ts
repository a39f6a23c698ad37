import { int64 } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';
import { imagenetNormalization, normalizeClips, reshape } from '@msanet/victim-onnx';
import { framesPerSegment } from './config.js';
import { halve } from './convolution.js';
import { differenceChannels } from './layer.js';

/**
 * The frame in the middle of each segment, normalised.
 *
 * @param clips (batch, segments · 5, 3, height, width) with values in [0, 1]
 * @returns (batch · segments, 3, height, width)
 */
export function middleFrames(builder: GraphBuilder, clips: Value): Value {
  const middle = Math.floor(framesPerSegment / 2);
  const frames = sliceOfSegments(builder, clips, [middle, middle + 1], 'middle');
  return normalizeClips(builder, frames, imagenetNormalization);
}

/**
 * The four differences of neighbouring frames in each segment at half the scale. They are still to be multiplied by
 * `differenceScale`; the mean of the pixels cancels.
 *
 * The frames are halved first, which is the same since both are linear, and leaves a quarter of the pixels.
 *
 * @param clips (batch, segments · 5, 3, height, width) with values in [0, 1]
 * @returns (batch · segments, 12, height / 2, width / 2)
 */
export function frameDifferences(builder: GraphBuilder, clips: Value): Value {
  const [batch, frames, ...frame] = clips.shape;
  const folded = reshape(builder, clips, [batch * frames, ...frame], 'half-scale.frames');
  const halved = halve(builder, folded, 'half-scale');
  const [, ...half] = halved.shape;
  const apart = reshape(builder, halved, [batch, frames, ...half], 'half-scale.clips');
  const later = sliceOfSegments(builder, apart, [1, framesPerSegment], 'later');
  const earlier = sliceOfSegments(builder, apart, [0, framesPerSegment - 1], 'earlier');
  const difference = builder.apply('Sub', [later, earlier], {}, 'difference');
  const segments = (batch * frames) / framesPerSegment;
  return reshape(builder, difference, [segments, differenceChannels, ...half.slice(1)], 'motion');
}

/** What divides the differences of pixels by their standard deviation: one factor per channel. */
export const differenceScale: readonly number[] = Array.from(
  { length: differenceChannels },
  (_, channel) => 1 / imagenetNormalization.deviation[channel % 3],
);

/** Some of the frames of every segment: (batch · segments, frames, 3, height, width). */
function sliceOfSegments(
  builder: GraphBuilder,
  clips: Value,
  [start, end]: readonly [number, number],
  name: string,
): Value {
  const [batch, frames, ...frame] = clips.shape;
  const shape = [(batch * frames) / framesPerSegment, framesPerSegment, ...frame];
  const apart = reshape(builder, clips, shape, `${name}.segments`);
  const operand = (value: number, what: string): Value =>
    builder.constant(int64([value]), `${name}.${what}`);
  const operands = [operand(start, 'start'), operand(end, 'end'), operand(1, 'axis')];
  return builder.apply('Slice', [apart, ...operands], {}, name);
}
