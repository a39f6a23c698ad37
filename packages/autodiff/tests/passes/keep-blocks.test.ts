import { describe, expect, it } from 'vitest';
import { Random, float32, int64, sizeOf } from '@msanet/tensor';
import { GraphBuilder, int, type Model, type Value } from '@msanet/onnx';
import { keepBlocks } from '../../src/passes/keep-blocks.js';

const shape = [2, 8, 3, 3];

/** A graph of a convolution of `x`, and what is made of it; the other input, `rows`, lies in rows. */
function blocked(build: (tools: Tools) => Value, images: readonly number[] = shape): Model {
  const builder = new GraphBuilder();
  const channels = images[1];
  const weight = new Random(1).fillNormal(new Float32Array(channels * channels));
  const convolve = (x: Value): Value =>
    builder.apply('Conv', [x, builder.constant(float32(weight, [channels, channels, 1, 1]))]);
  const x = builder.input('x', 'float32', images);
  const rows = builder.input('rows', 'float32', images);
  const features = convolve(x);
  builder.output(build({ builder, convolve, features, rows }), 'y');
  return keepBlocks(builder.build(), (name) => builder.find(name));
}

interface Tools {
  readonly builder: GraphBuilder;
  readonly convolve: (x: Value) => Value;
  readonly features: Value;
  readonly rows: Value;
}

function operators({ graph }: Model): string[] {
  return graph.nodes.map(({ opType }) => opType);
}

describe('keepBlocks', () => {
  it('brings what lies in rows into blocks, where the sum is convolved', () => {
    const model = blocked(({ builder, convolve, features, rows }) =>
      convolve(builder.apply('Add', [rows, features])),
    );
    expect(operators(model)).toEqual(['Conv', 'AveragePool', 'Add', 'Conv', 'Identity']);
    const [, anchor, sum] = model.graph.nodes;
    expect(anchor.inputs).toEqual(['rows']);
    expect(sum.inputs).toEqual([anchor.outputs[0], 'conv']);
  });

  it('does it once for a value that is joined twice', () => {
    const model = blocked(({ builder, convolve, features, rows }) => {
      const mask = builder.apply('HardSigmoid', [features]);
      const product = builder.apply('Mul', [rows, mask]);
      return convolve(builder.apply('Add', [convolve(product), rows]));
    });
    expect(operators(model).filter((opType) => opType === 'AveragePool')).toHaveLength(1);
    const sum = model.graph.nodes.find(({ opType }) => opType === 'Add');
    expect(sum?.inputs).toContain('rows.blocked');
  });

  it('follows elementwise operators and sums to the convolution that wants blocks', () => {
    const model = blocked(({ builder, convolve, features, rows }) => {
      const sum = builder.apply('Add', [features, rows]);
      return convolve(builder.apply('Mul', [builder.apply('Relu', [sum]), convolve(features)]));
    });
    expect(operators(model)).toContain('AveragePool');
  });

  it.each<[string, (tools: Tools) => Value, number[]?]>([
    [
      'where the sum is only returned',
      ({ builder, features, rows }) => builder.apply('Add', [rows, features]),
    ],
    [
      'where nothing is in blocks',
      ({ builder, convolve, rows }) => convolve(builder.apply('Add', [rows, rows])),
    ],
    [
      'where the operands broadcast',
      ({ builder, convolve, features }) =>
        convolve(builder.apply('Mul', [features, builder.constant(float32([2], []))])),
    ],
    [
      'of constants',
      ({ builder, convolve, features }) =>
        convolve(
          builder.apply('Mul', [
            features,
            builder.constant(float32(new Float32Array(sizeOf(shape)), shape)),
          ]),
        ),
    ],
    [
      'where the channels fill no blocks',
      ({ builder, convolve, features, rows }) => convolve(builder.apply('Add', [rows, features])),
      [2, 7, 3, 3],
    ],
    [
      'where the convolution’s weights are computed',
      ({ builder, rows }) => {
        const weight = builder.apply('Reshape', [
          builder.apply('ReduceSum', [rows, builder.constant(int64([0, 2, 3]))], {
            keepdims: int(0),
          }),
          builder.constant(int64([1, 8, 1, 1])),
        ]);
        const repeated = builder.apply('Expand', [weight, builder.constant(int64([8, 8, 1, 1]))]);
        const features = builder.apply('Conv', [rows, repeated]);
        return builder.apply('Add', [features, rows]);
      },
    ],
  ])('leaves a graph as it is %s', (_, build, images) => {
    expect(operators(blocked(build, images))).not.toContain('AveragePool');
  });
});
