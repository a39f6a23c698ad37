import { GraphBuilder, float, int, ints, type Model } from '@msanet/onnx';
import { Random, type Shape, type Tensor } from '@msanet/tensor';
import { imagenetNormalization, normalizeClips, reshape } from '../../src/index.js';

export const smallInput = { frames: 3, height: 8, width: 10 };
export const smallClasses = 5;

/** A smooth classifier of clips whose frames influence one another, with weights drawn from a seed. */
export function smallGraph(batch: number, seed = 5): Model {
  const { frames, height, width } = smallInput;
  const random = new Random(seed);
  const weight = (name: string, shape: Shape): Tensor => {
    const data = new Float32Array(shape.reduce((size, length) => size * length, 1));
    const fanIn = shape.slice(1).reduce((size, length) => size * length, 1);
    return {
      dtype: 'float32',
      shape,
      data: random.fork(name).fillNormal(data, 0, Math.sqrt(2 / fanIn)),
    };
  };
  const builder = new GraphBuilder({ name: 'small' });
  const clips = builder.input('clips', 'float32', [batch, frames, 3, height, width]);
  const images = normalizeClips(builder, clips, imagenetNormalization);
  const conv = builder.apply(
    'Conv',
    [images, builder.constant(weight('conv', [6, 3, 3, 3]), 'conv.weight')],
    { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
    'conv',
  );
  const bent = builder.apply('Tanh', [conv]);
  const flat = reshape(builder, bent, [batch, frames * 6 * (height / 2) * (width / 2)], 'flat');
  const head = builder.constant(weight('head', [smallClasses, flat.shape[1]]), 'head.weight');
  const gemm = { alpha: float(1), transB: int(1) };
  builder.output(builder.apply('Gemm', [flat, head], gemm, 'logits'));
  return builder.build();
}
