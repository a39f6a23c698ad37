import { describe, expect, it } from 'vitest';
import { foldBatchNormalization, float, GraphBuilder, ints, type Model } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, float32 } from '@msanet/tensor';
import { foldWeights } from '../../src/graph/fold-weights.js';
import { normalizeConvolutions } from '../../src/graph/normalize-convolutions.js';
import { goldenWeights, tinyGraph } from '../support/tiny-network.js';

describe('foldWeights', () => {
  it('gives the network at inference with its running statistics', async () => {
    const weights = goldenWeights(4);
    const size = { frames: 1, size: 9, classes: 4 };
    const { layers } = normalizeConvolutions(tinyGraph(weights, 2, size));
    const random = new Random(6);
    const parameters = Object.fromEntries(
      Array.from(weights, ([name, { data }]) => [name, data.slice()]),
    );
    const statistics = new Map(
      layers.map(({ name, scale, channels }) => {
        parameters[scale] = random.fillUniform(new Float32Array(channels), 0.5, 2);
        const mean = random.fillNormal(new Float32Array(channels));
        const variance = random.fillUniform(new Float32Array(channels), 0.1, 3);
        return [name, { mean, variance }];
      }),
    );
    const folded = foldWeights(weights, parameters, layers, statistics);

    // Against the onnx package's own pass on one layer with an explicit normalisation.
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [1, 3, 9, 9]);
    const vector = (values: Float32Array, name: string) =>
      builder.constant(float32(values, [values.length]), name);
    const convolved = builder.apply(
      'Conv',
      [x, builder.constant(float32(parameters['first.weight'], [4, 3, 3, 3]), 'w')],
      {
        pads: ints([1, 1, 1, 1]),
      },
    );
    const first = statistics.get('first');
    const operands = [
      convolved,
      vector(parameters['first.scale'], 'scale'),
      vector(parameters['first.bias'], 'bias'),
      vector(first?.mean as Float32Array, 'mean'),
      vector(first?.variance as Float32Array, 'variance'),
    ];
    builder.output(builder.apply('BatchNormalization', operands, { epsilon: float(1e-5) }), 'y');
    const model: Model = builder.build();
    const feed = { x: float32(random.fillNormal(new Float32Array(243)), [1, 3, 9, 9]) };
    const run = async (each: Model) => {
      const session = await new ReferenceRuntime().load(each);
      return Array.from((await session.run(feed))['y'].data as Float64Array);
    };
    const own = new GraphBuilder();
    const input = own.input('x', 'float32', [1, 3, 9, 9]);
    const layer = ['first.weight', 'first.bias'].map((name) => {
      const tensor = folded.get(name);
      if (tensor === undefined) throw new Error(name);
      return own.constant(tensor, name);
    });
    own.output(own.apply('Conv', [input, ...layer], { pads: ints([1, 1, 1, 1]) }), 'y');
    const [expected, passed, actual] = await Promise.all(
      [model, foldBatchNormalization(model), own.build()].map(run),
    );
    actual.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index], 5);
      expect(value).toBeCloseTo(passed[index], 5);
    });
  });
});
