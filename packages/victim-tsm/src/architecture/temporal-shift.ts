import { float32, int64, zeros, type Tensor } from '@msanet/tensor';
import { string, type GraphBuilder, type Value } from '@msanet/onnx';
import { reshape } from '@msanet/victim-onnx';
import { cutIntoParts, joinParts, type ChannelParts } from './channel-parts.js';

/**
 * How a graph holds the features that a shift moves: with what moves in a tensor of its own, which runs faster, or
 * `whole`, with every weight as it is in the network.
 */
export type FeatureLayout = 'parts' | 'whole';

/** How features move between the frames of a clip. */
export interface Shift {
  /** Frames per clip. */
  readonly segments: number;
  /** One part in this many of the channels moves each way. */
  readonly divisor: number;
  readonly layout: FeatureLayout;
}

/**
 * The temporal shift (Lin et al., ICCV 2019, arXiv:1811.08383, section 3): of the features (clips · frames, channels,
 * height, width), the first ⌊channels / divisor⌋ channels come from the next frame, as many more from the frame before,
 * the rest stay. Beyond the ends of a clip there is zero.
 */
export function temporalShift(
  builder: GraphBuilder,
  features: Value,
  { segments, divisor }: Shift,
  name: string,
): Value {
  const channels = features.shape[1];
  const fold = Math.floor(channels / divisor);
  if (fold === 0) return features;
  const rest = channels - 2 * fold;
  const lengths = rest > 0 ? [fold, fold, rest] : [fold, fold];
  const [next, previous, ...still] = cutIntoParts(builder, features, lengths, name);
  const moved = [
    moveFrames(builder, next, segments, 1, `${name}.next`),
    moveFrames(builder, previous, segments, -1, `${name}.previous`),
  ];
  return joinParts(builder, [...moved, ...still], `${name}.joined`);
}

/** Runtimes that keep channels in blocks use blocks of up to this many. */
const block = 16;

/**
 * Into parts of how many channels features that are going to be shifted are best cut: those that move and those that
 * stay, where both are whole blocks of channels; else one part.
 */
export function shiftParts(channels: number, { divisor, layout }: Shift): number[] {
  if (layout === 'whole') return [channels];
  const moving = 2 * Math.floor(channels / divisor);
  const still = channels - moving;
  const wholeBlocks = moving % block === 0 && still % block === 0;
  return wholeBlocks && moving > 0 && still > 0 ? [moving, still] : [channels];
}

/** The temporal shift of features cut into `shiftParts`. */
export function temporalShiftOfParts(
  builder: GraphBuilder,
  [first, ...still]: ChannelParts,
  shift: Shift,
  name: string,
): ChannelParts {
  if (still.length === 0) return [temporalShift(builder, first, shift, name)];
  // Apart from the still channels, half of the others come from either side.
  const moved =
    shift.segments <= mostMultiplied
      ? shiftHalves(builder, first, shift.segments, name)
      : temporalShift(builder, first, { ...shift, divisor: 2 }, name);
  return [moved, ...still];
}

/** Up to this many frames a product of matrices moves them faster than Split, Pad and Concat do. */
const mostMultiplied = 16;

/**
 * The first half of the channels from the next frame, the second from the frame before. With half a frame's channels as
 * one row, it is a product with a matrix of zeros and ones: one node forward, and one backward by the transpose.
 */
function shiftHalves(
  builder: GraphBuilder,
  features: Value,
  segments: number,
  name: string,
): Value {
  const { shape } = features;
  const [frames, channels, height, width] = shape;
  const rows = [frames / segments, 2 * segments, (channels / 2) * height * width];
  const halves = reshape(builder, features, rows, `${name}.halves`);
  const matrix = builder.constant(movesOfHalves(segments), `${name}.moves`);
  const moved = builder.apply('MatMul', [matrix, halves], {}, name);
  return reshape(builder, moved, shape, `${name}.joined`);
}

/** The 0/1 matrix that takes rows (frame, half): half 0 from the frame after, half 1 from the one before. */
function movesOfHalves(segments: number): Tensor<'float32'> {
  const size = 2 * segments;
  const matrix = new Float32Array(size * size);
  for (let frame = 0; frame < segments; frame++) {
    if (frame + 1 < segments) matrix[2 * frame * size + 2 * (frame + 1)] = 1;
    if (frame > 0) matrix[(2 * frame + 1) * size + 2 * (frame - 1) + 1] = 1;
  }
  return float32(matrix, [size, size]);
}

/**
 * Frame t of the result is frame t + offset of the input, or zero where the clip has no such frame. A pad that is
 * negative at one end and positive at the other does it in one node, and its gradient is the opposite pad.
 */
function moveFrames(
  builder: GraphBuilder,
  features: Value,
  segments: number,
  offset: 1 | -1,
  name: string,
): Value {
  const { shape } = features;
  if (segments === 1) return builder.constant(zeros('float32', shape), `${name}.none`);
  const clips = shape[0] / segments;
  // One clip's frames are the first axis as it is.
  const apart =
    clips === 1
      ? features
      : reshape(builder, features, [clips, segments, ...shape.slice(1)], `${name}.apart`);
  const axis = clips === 1 ? 0 : 1;
  const pads = (pad: number): number[] => apart.shape.map((_, other) => (other === axis ? pad : 0));
  const amounts = builder.constant(int64([...pads(-offset), ...pads(offset)]), `${name}.pads`);
  const padded = builder.apply('Pad', [apart, amounts], { mode: string('constant') }, name);
  return clips === 1 ? padded : reshape(builder, padded, shape, `${name}.together`);
}
