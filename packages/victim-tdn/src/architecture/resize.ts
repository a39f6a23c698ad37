import { float32, int64 } from '@msanet/tensor';
import { string, type GraphBuilder, type Value } from '@msanet/onnx';

/**
 * Nearest-neighbour interpolation of (batch, channels, height, width) to another height and width, as PyTorch's
 * `interpolate` does it by default: pixel i of the result is pixel ⌊i · old / new⌋.
 */
export function resizeNearest(
  builder: GraphBuilder,
  x: Value,
  [height, width]: readonly [number, number],
  name: string,
): Value {
  const [batch, channels, oldHeight, oldWidth] = x.shape;
  if (height === oldHeight && width === oldWidth) return x;
  // Whole factors are given as such: runtimes have a faster way for them.
  const factors = [height / oldHeight, width / oldWidth];
  const target = factors.every(Number.isInteger)
    ? [builder.constant(float32([1, 1, ...factors]), `${name}.scales`)]
    : [undefined, builder.constant(int64([batch, channels, height, width]), `${name}.sizes`)];
  const attributes = {
    mode: string('nearest'),
    coordinate_transformation_mode: string('asymmetric'),
    nearest_mode: string('floor'),
  };
  return builder.apply('Resize', [x, undefined, ...target], attributes, name);
}
