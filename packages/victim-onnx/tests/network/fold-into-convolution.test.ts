import { GraphBuilder, float, ints } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, float32 } from '@msanet/tensor';
import { relativeError } from '@msanet/testkit';
import { expect, it } from 'vitest';
import { foldIntoConvolution } from '../../src/index.js';

it.each([{ bias: true }, { bias: false }])(
  'a folded convolution gives what the pair gives on the reference runtime (own bias: $bias)',
  async ({ bias }) => {
    const random = new Random(8);
    const draw = (count: number, low: number, high: number): Float32Array =>
      random.fillUniform(new Float32Array(count), low, high);
    const shape = [4, 3, 3, 3];
    const weight = draw(108, -1, 1);
    const own = bias ? draw(4, -1, 1) : undefined;
    const norm = {
      weight: draw(4, -2, 2),
      bias: draw(4, -1, 1),
      runningMean: draw(4, -1, 1),
      runningVariance: draw(4, 0.01, 2),
      epsilon: 1e-3,
    };
    const folded = foldIntoConvolution(weight, shape, own, norm);

    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', [2, 3, 5, 6]);
    const padded = { pads: ints([1, 1, 1, 1]) };
    const operands = [
      builder.constant(float32(weight, shape)),
      own === undefined ? undefined : builder.constant(float32(own)),
    ];
    const convolved = builder.apply('Conv', [x, ...operands], padded);
    const statistics = [norm.weight, norm.bias, norm.runningMean, norm.runningVariance].map(
      (values) => builder.constant(float32(values)),
    );
    const epsilon = { epsilon: float(norm.epsilon) };
    builder.output(
      builder.apply('BatchNormalization', [convolved, ...statistics], epsilon),
      'pair',
    );
    const both = [builder.constant(folded.weight), builder.constant(folded.bias)];
    builder.output(builder.apply('Conv', [x, ...both], padded), 'folded');
    const session = await new ReferenceRuntime().load(builder.build());
    const result = await session.run({ x: float32(draw(180, -1, 1), [2, 3, 5, 6]) });
    // The folded weights are rounded to float32 once.
    const error = relativeError(
      result['folded'].data as Float64Array,
      result['pair'].data as Float64Array,
    );
    expect(error).toBeLessThan(1e-7);
  },
);
