import { int64, zeros } from '@msanet/tensor';
import { int, string, type GraphBuilder, type Value } from '@msanet/onnx';
import { reshape } from '@msanet/victim-onnx';

/** How features move between the frames of a clip. */
export interface Shift {
  /** Frames per clip. */
  readonly segments: number;
  /** One part in this many of the channels moves each way. */
  readonly divisor: number;
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
  const sizes = builder.constant(int64(lengths), `${name}.sizes`);
  const [next, previous, ...still] = builder.applyMany(
    'Split',
    [features, sizes],
    { axis: int(1) },
    lengths.length,
    name,
  );
  const moved = [
    moveFrames(builder, next, segments, 1, `${name}.next`),
    moveFrames(builder, previous, segments, -1, `${name}.previous`),
  ];
  return builder.apply('Concat', [...moved, ...still], { axis: int(1) }, `${name}.joined`);
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
  if (process.env['SHIFT'] === 'rows') {
    const one = [...apart.shape]; one[axis] = 1;
    const zero = builder.constant(zeros('float32', one), `${name}.zero`);
    const lengths = builder.constant(int64(offset === 1 ? [1, segments - 1] : [segments - 1, 1]), `${name}.lengths`);
    const parts = builder.applyMany('Split', [apart, lengths], { axis: int(axis) }, 2, `${name}.rows`);
    const r = offset === 1 ? builder.apply('Concat', [parts[1], zero], { axis: int(axis) }, name) : builder.apply('Concat', [zero, parts[0]], { axis: int(axis) }, name);
    return clips === 1 ? r : reshape(builder, r, shape, `${name}.together`);
  }
  const pads = (pad: number): number[] => apart.shape.map((_, other) => (other === axis ? pad : 0));
  const amounts = builder.constant(int64([...pads(-offset), ...pads(offset)]), `${name}.pads`);
  const padded = builder.apply('Pad', [apart, amounts], { mode: string('constant') }, name);
  return clips === 1 ? padded : reshape(builder, padded, shape, `${name}.together`);
}
