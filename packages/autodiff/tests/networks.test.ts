import { describe, expect, it } from 'vitest';
import { Random, float32, int64, sizeOf, type Tensor } from '@msanet/tensor';
import { GraphBuilder, int, ints, type Model, type Value } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { checkVjp } from '@msanet/testkit';
import { gradientGraph, lossGradientGraph, promoteInitializers } from '../src/index.js';
import { clipInput, run } from './evaluate.js';

const seed = 3;
const frames = 4;

/** Draws the weights of a network. */
function weights(builder: GraphBuilder): (name: string, ...shape: number[]) => Value {
  const random = new Random(seed);
  return (name, ...shape) => {
    const fanIn = sizeOf(shape.slice(1));
    const values = random.fillNormal(new Float64Array(sizeOf(shape)), 0, 1 / Math.sqrt(fanIn));
    return builder.constant(float32(values, shape), name);
  };
}

function uniform(stream: string, ...shape: number[]): Tensor<'float32'> {
  return float32(new Random(seed).fork(stream).fillUniform(new Float64Array(sizeOf(shape))), shape);
}

/** Normalisation, conv, relu, max pool, a strided residual block, average pool and classifier: a ResNet in small. */
function residualNetwork(batch: number): Model {
  const builder = new GraphBuilder();
  const weight = weights(builder);
  const clip = clipInput(builder, 'clip', batch, 3, 13, 11);
  const centred = builder.apply('Sub', [
    clip,
    builder.constant(float32([0.4, 0.5, 0.6], [3, 1, 1])),
  ]);
  const scaled = builder.apply('Div', [
    centred,
    builder.constant(float32([0.2, 0.3, 0.25], [3, 1, 1])),
  ]);
  const conv = (x: Value, w: Value, stride: number, pad: number): Value =>
    builder.apply('Conv', [x, w, weight('bias', w.shape[0])], {
      strides: ints([stride, stride]),
      pads: ints([pad, pad, pad, pad]),
    });
  const relu = (x: Value): Value => builder.apply('Relu', [x]);
  const stem = relu(conv(scaled, weight('stem', 6, 3, 5, 5), 1, 2));
  const pooled = builder.apply('MaxPool', [stem], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  });
  const inner = relu(conv(pooled, weight('first', 4, 6, 1, 1), 1, 0));
  const middle = relu(conv(inner, weight('second', 4, 4, 3, 3), 2, 1));
  const branch = conv(middle, weight('third', 8, 4, 1, 1), 1, 0);
  const shortcut = conv(pooled, weight('shortcut', 8, 6, 1, 1), 2, 0);
  const block = relu(builder.apply('Add', [branch, shortcut]));
  const features = builder.apply('Flatten', [builder.apply('GlobalAveragePool', [block])]);
  const scores = builder.apply('Gemm', [features, weight('head', 5, 8), weight('head.bias', 5)], {
    transB: int(1),
  });
  builder.output(scores, 'scores');
  return builder.build();
}

/** TSM's temporal shift between two convolutions, with the frames folded into the batch and a consensus at the end. */
function shiftNetwork(shift: 'split and pad' | 'slice and concat'): Model {
  const builder = new GraphBuilder();
  const weight = weights(builder);
  const clip = clipInput(builder, 'clip', 2, frames, 3, 6, 6);
  const folded = builder.apply('Reshape', [clip, builder.constant(int64([-1, 3, 6, 6]))]);
  const pads = { pads: ints([1, 1, 1, 1]) };
  const first = builder.apply('Conv', [folded, weight('first', 8, 3, 3, 3)], pads);
  const hidden = builder.apply('Relu', [first]);
  const unfolded = builder.apply('Reshape', [
    hidden,
    builder.constant(int64([2, frames, 8, 6, 6])),
  ]);
  const shifted =
    shift === 'split and pad' ? splitAndPad(builder, unfolded) : sliceAndConcat(builder, unfolded);
  const refolded = builder.apply('Reshape', [shifted, builder.constant(int64([-1, 8, 6, 6]))]);
  const second = builder.apply('Conv', [refolded, weight('second', 5, 8, 3, 3)], pads);
  const perFrame = builder.apply('ReduceMean', [second], { axes: ints([2, 3]), keepdims: int(0) });
  const segments = builder.apply('Reshape', [perFrame, builder.constant(int64([2, frames, 5]))]);
  builder.output(
    builder.apply('ReduceMean', [segments], { axes: ints([1]), keepdims: int(0) }),
    'scores',
  );
  return builder.build();
}

function splitAndPad(builder: GraphBuilder, x: Value): Value {
  const parts = builder.applyMany(
    'Split',
    [x, builder.constant(int64([2, 2, 4]))],
    { axis: int(2) },
    3,
  );
  const moved = (part: Value, by: number): Value =>
    builder.apply('Pad', [part, builder.constant(int64([0, by, 0, 0, 0, 0, -by, 0, 0, 0]))]);
  return builder.apply('Concat', [moved(parts[0], -1), moved(parts[1], 1), parts[2]], {
    axis: int(2),
  });
}

function sliceAndConcat(builder: GraphBuilder, x: Value): Value {
  const slice = (starts: number[], ends: number[], axes: number[]): Value =>
    builder.apply('Slice', [
      x,
      ...[starts, ends, axes].map((each) => builder.constant(int64(each))),
    ]);
  const none = builder.constant(float32(new Float32Array(2 * 2 * 36), [2, 1, 2, 6, 6]));
  const [left, right] = [
    slice([1, 0], [frames, 2], [1, 2]),
    slice([0, 2], [frames - 1, 4], [1, 2]),
  ];
  const join = (parts: Value[], axis: number): Value =>
    builder.apply('Concat', parts, { axis: int(axis) });
  return join([join([left, none], 1), join([none, right], 1), slice([4], [8], [2])], 2);
}

async function project(
  model: Model,
  wrt: readonly string[],
  feeds: Record<string, Tensor>,
): Promise<void> {
  await checkVjp({
    model,
    gradient: (forward, names, outputs) => gradientGraph(forward, names, { outputs }),
    runtime: new ReferenceRuntime(),
    wrt,
    feeds,
    seed,
    step: 1e-6,
    tolerance: 1e-6,
  });
}

describe('a small residual network', () => {
  const forward = residualNetwork(2);
  const clip = uniform('clip', 2, 3, 13, 11);

  it('passes the projection test in its input', async () => {
    await project(forward, ['clip'], { clip });
  });

  it('passes the projection test in every weight', async () => {
    const names = [...forward.graph.initializers.keys()].filter(
      (name) => !name.startsWith('constant'),
    );
    expect(names).toContain('shortcut');
    const feeds = Object.fromEntries(
      names.map((name) => [name, forward.graph.initializers.get(name) as Tensor]),
    );
    await project(promoteInitializers(forward, names), names, { clip, ...feeds });
  });

  it('has the loss gradient of each clip alone', async () => {
    const options = { input: 'clip', logits: 'scores', loss: { kind: 'margin' } } as const;
    const together = await run(lossGradientGraph(forward, options), {
      clip,
      labels: int64([1, 3]),
    });
    const single = lossGradientGraph(residualNetwork(1), options);
    for (const [index, label] of [1, 3].entries()) {
      const size = clip.data.length / 2;
      const one = float32(clip.data.slice(index * size, (index + 1) * size), [1, 3, 13, 11]);
      const alone = await run(single, { clip: one, labels: int64([label]) });
      const part = together['gradient'].data.slice(index * size, (index + 1) * size);
      expect(alone['gradient'].data).toEqual(part);
      expect(alone['loss'].data[0]).toBe(together['loss'].data[index]);
    }
  });
});

describe.each(['split and pad', 'slice and concat'] as const)('a temporal shift by %s', (shift) => {
  const clip = uniform('clip', 2, frames, 3, 6, 6);

  it('passes the projection test', async () => {
    await project(shiftNetwork(shift), ['clip'], { clip });
  });

  it('is pulled back by movement alone: no product, no scatter', () => {
    const forward = shiftNetwork(shift);
    const { graph } = gradientGraph(forward, ['clip']).model;
    const added = graph.nodes.slice(forward.graph.nodes.length).map(({ opType }) => opType);
    for (const opType of ['MatMul', 'Transpose', 'Where', 'ScatterElements', 'ScatterND']) {
      expect(added).not.toContain(opType);
    }
  });
});

it('both ways to shift have the same gradient', async () => {
  const clip = uniform('clip', 2, frames, 3, 6, 6);
  const g = uniform('cotangent', 2, 5);
  const gradients = await Promise.all(
    (['split and pad', 'slice and concat'] as const).map(async (shift) => {
      const { model, cotangentInputs, gradientOutputs } = gradientGraph(shiftNetwork(shift), [
        'clip',
      ]);
      const results = await run(model, { clip, [cotangentInputs['scores']]: g });
      return Array.from(results[gradientOutputs['clip']].data, Number);
    }),
  );
  gradients[0].forEach((value, index) => expect(value).toBeCloseTo(gradients[1][index], 12));
});
