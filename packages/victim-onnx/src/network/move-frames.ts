import { int64, zeros } from '@msanet/tensor';
import { string, type GraphBuilder, type Value } from '@msanet/onnx';
import { reshape } from './reshape.js';

/**
 * Moves features (clips · frames, …) along time: frame t of the result is frame t + offset of the input, or zero where
 * the clip has no such frame.
 *
 * A pad that is negative at one end and positive at the other does it in one node, and its gradient is the opposite pad.
 *
 * @param frames frames per clip
 */
export function moveFrames(
  builder: GraphBuilder,
  features: Value,
  frames: number,
  offset: 1 | -1,
  name: string,
): Value {
  const { shape } = features;
  if (frames === 1) return builder.constant(zeros('float32', shape), `${name}.none`);
  const clips = shape[0] / frames;
  // One clip's frames are the first axis as it is.
  const apart =
    clips === 1
      ? features
      : reshape(builder, features, [clips, frames, ...shape.slice(1)], `${name}.apart`);
  const axis = clips === 1 ? 0 : 1;
  const pads = (pad: number): number[] => apart.shape.map((_, other) => (other === axis ? pad : 0));
  const amounts = builder.constant(int64([...pads(-offset), ...pads(offset)]), `${name}.pads`);
  const padded = builder.apply('Pad', [apart, amounts], { mode: string('constant') }, name);
  return clips === 1 ? padded : reshape(builder, padded, shape, `${name}.together`);
}
