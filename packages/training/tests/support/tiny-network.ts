import { float, int, ints, GraphBuilder, type Model, type Value } from '@msanet/onnx';
import { int64, sizeOf, type Tensor } from '@msanet/tensor';
import type { NetworkWeights, TrainableNetwork } from '../../src/index.js';
import { hashed } from './hashed.js';

/** Shapes of the weights of `tinyGraph`. */
function shapesOf(classes: number): Record<string, readonly number[]> {
  return {
    'first.weight': [4, 3, 3, 3],
    'first.bias': [4],
    'second.weight': [4, 4, 3, 3],
    'second.bias': [4],
    'fc.weight': [classes, 4],
    'fc.bias': [classes],
  };
}

/** The start of the network in tools/golden/training/make-golden.py, under this package's names. */
export function goldenWeights(classes: number): NetworkWeights {
  const torchNames: Record<string, string> = {
    'first.bias': 'first_norm.bias',
    'second.bias': 'second_norm.bias',
  };
  return new Map(
    Object.entries(shapesOf(classes)).map(([name, shape]): [string, Tensor<'float32'>] => {
      const scale = shape.length > 1 ? 0.4 : 0.2;
      const data = hashed(torchNames[name] ?? name, sizeOf(shape)).map((value) => scale * value);
      return [name, { dtype: 'float32', shape, data }];
    }),
  );
}

/**
 * A network of two convolutions, the second applied twice, for clips (batch, frames, 3, size, size). What it sees of
 * several frames is their mean.
 */
export function tinyGraph(
  weights: NetworkWeights,
  batch: number,
  { frames, size, classes }: { frames: number; size: number; classes: number },
): Model {
  const builder = new GraphBuilder({ name: 'tiny' });
  const constants = new Map<string, Value>();
  const weight = (name: string): Value => {
    const value = constants.get(name) ?? builder.constant(weights.get(name) as Tensor, name);
    constants.set(name, value);
    return value;
  };
  const clips = builder.input('clips', 'float32', [batch, frames, 3, size, size]);
  const shape = builder.constant(int64([batch * frames, 3, size, size]), 'shape');
  const x = builder.apply('Reshape', [clips, shape]);
  const convolve = (input: Value, name: string, stride: number): Value =>
    builder.apply(
      'Conv',
      [input, weight(`${name}.weight`), weight(`${name}.bias`)],
      { pads: ints([1, 1, 1, 1]), strides: ints([stride, stride]), kernel_shape: ints([3, 3]) },
      name,
    );
  const relu = (input: Value): Value => builder.apply('Relu', [input]);
  const first = relu(convolve(x, 'first', 1));
  const a = relu(convolve(first, 'second', 2));
  const b = convolve(builder.apply('Mul', [first, first]), 'second', 2);
  const pooled = builder.apply('MaxPool', [builder.apply('Add', [a, b])], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  });
  const averaged = builder.apply('GlobalAveragePool', [pooled]);
  const apart = builder.constant(int64([batch, frames, 4]), 'apart');
  const perFrame = builder.apply('Reshape', [averaged, apart]);
  const features = builder.apply('ReduceMean', [perFrame], { axes: ints([1]), keepdims: int(0) });
  const gemm = { alpha: float(1), beta: float(1), transA: int(0), transB: int(1) };
  const logits = builder.apply(
    'Gemm',
    [features, weight('fc.weight'), weight('fc.bias')],
    gemm,
    'logits',
  );
  builder.expectShape(logits, [batch, classes], 'logits');
  builder.output(logits);
  return builder.build();
}

/** The tiny network as one that can be trained; its checkpoint are its weights. */
export function tinyNetwork(classes: number, size: number, segments = 2): TrainableNetwork {
  return {
    name: 'tiny',
    clip: { segments, framesPerSegment: 1 },
    size,
    classes,
    testFrames: (frameCount) =>
      Array.from({ length: segments }, (_, index) =>
        Math.floor(((index + 0.5) * frameCount) / segments),
      ),
    initialWeights: (random) =>
      new Map(
        Object.entries(shapesOf(classes)).map(([name, shape]): [string, Tensor<'float32'>] => {
          const data = new Float32Array(sizeOf(shape));
          if (shape.length > 1) {
            random.fork(name).fillNormal(data, 0, Math.sqrt(2 / sizeOf(shape.slice(1))));
          }
          return [name, { dtype: 'float32', shape, data }];
        }),
      ),
    graph: (weights, batch) => tinyGraph(weights, batch, { frames: segments, size, classes }),
    checkpoint: (weights) => weights,
    metadata: new Map([['network', 'tiny']]),
  };
}
