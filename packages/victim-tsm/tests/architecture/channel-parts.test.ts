import { GraphBuilder, type Value } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { relativeError } from '@msanet/testkit';
import { Random, float32, sizeOf, type Tensor } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import {
  convolutionOfParts,
  cutIntoParts,
  joinParts,
} from '../../src/architecture/channel-parts.js';
import { convolution } from '../../src/architecture/convolution.js';
import type { ConvolutionLayer } from '../../src/architecture/layer.js';
import { buildTsm, randomTsmWeights, resnetBackbone, type TsmConfig } from '../../src/index.js';
import {
  shiftParts,
  temporalShift,
  temporalShiftOfParts,
} from '../../src/architecture/temporal-shift.js';

const random = new Random(4);
const normal = (...shape: number[]): Tensor<'float32'> =>
  float32(random.fillNormal(new Float32Array(sizeOf(shape))), shape);

/** What a graph makes of some features, in float64. */
async function computed(
  features: Tensor,
  build: (builder: GraphBuilder, features: Value) => Value,
): Promise<Float64Array> {
  const builder = new GraphBuilder();
  builder.output(build(builder, builder.input('x', 'float32', features.shape)), 'y');
  const session = await new ReferenceRuntime().load(builder.build());
  return (await session.run({ x: features }))['y'].data as Float64Array;
}

describe('a network in either layout', () => {
  const config: TsmConfig = {
    backbone: resnetBackbone(50, 0.5),
    segments: 2,
    shiftDivisor: 4,
    shiftPlacement: 'block',
    classes: 3,
    inputSize: 32,
  };
  const weights = randomTsmWeights(config, random.fork('weights'));

  it('holds the weights under their own names where it is whole', () => {
    const { initializers } = buildTsm(config, weights, 1, 'whole').graph;
    for (const [name, weight] of weights) expect(initializers.get(name)).toBe(weight);
    const parts = buildTsm(config, weights).graph.initializers;
    expect(parts.get('layer2.0.conv1.weight')).not.toBe(weights.get('layer2.0.conv1.weight'));
  });

  it('computes the same', async () => {
    const clips = normal(1, 2, 3, 32, 32);
    const [parts, whole] = await Promise.all(
      (['parts', 'whole'] as const).map(async (layout) => {
        const session = await new ReferenceRuntime().load(buildTsm(config, weights, 1, layout));
        return (await session.run({ clips }))['logits'].data as Float64Array;
      }),
    );
    expect(relativeError(parts, whole)).toBeLessThan(1e-12);
  });
});

describe('features in parts', () => {
  it.each([
    { inputs: [4, 8], outputs: [6, 4], kernel: 3, stride: 1 },
    { inputs: [4, 8], outputs: [10], kernel: 1, stride: 2 },
    { inputs: [12], outputs: [2, 8], kernel: 1, stride: 1 },
    { inputs: [2, 3, 7], outputs: [1, 4, 5], kernel: 3, stride: 2 },
    { inputs: [12], outputs: [10], kernel: 3, stride: 2 },
  ])(
    'a convolution from $inputs to $outputs channels, $kernel × $kernel, stride $stride',
    async ({ inputs, outputs, kernel, stride }) => {
      const layer: ConvolutionLayer = {
        name: 'layer',
        place: { part: 'stem' },
        shape: [10, 12, kernel, kernel],
        stride,
        groups: 1,
        endsBranch: false,
        shifted: undefined,
      };
      const weights = new Map([
        ['layer.weight', normal(...layer.shape)],
        ['layer.bias', normal(10)],
      ]);
      const features = normal(2, 12, 5, 6);
      const whole = await computed(features, (builder, x) =>
        convolution(builder, x, layer, weights),
      );
      const inParts = await computed(features, (builder, x) => {
        const input = cutIntoParts(builder, x, inputs, 'cut');
        const result = convolutionOfParts(builder, input, layer, weights, outputs);
        expect(result.map(({ shape }) => shape[1])).toEqual(outputs);
        return joinParts(builder, result, 'joined');
      });
      expect(relativeError(inParts, whole)).toBeLessThan(1e-14);
    },
  );

  it.each([
    { channels: 64, divisor: 8, parts: [16, 48] },
    { channels: 256, divisor: 8, parts: [64, 192] },
    { channels: 2048, divisor: 8, parts: [512, 1536] },
    { channels: 64, divisor: 4, parts: [32, 32] },
    { channels: 64, divisor: 2, parts: [64] },
    { channels: 32, divisor: 8, parts: [32] },
    { channels: 80, divisor: 8, parts: [80] },
    { channels: 16, divisor: 32, parts: [16] },
  ])(
    '$channels channels, of which 1/$divisor move each way, are best cut into $parts',
    async ({ channels, divisor, parts }) => {
      const shift = { segments: 3, divisor, layout: 'parts' } as const;
      expect(shiftParts(channels, shift)).toEqual(parts);
      const features = normal(6, channels, 1, 2);
      const whole = await computed(features, (builder, x) =>
        temporalShift(builder, x, shift, 'shift'),
      );
      const inParts = await computed(features, (builder, x) => {
        const input = cutIntoParts(builder, x, parts, 'cut');
        const result = temporalShiftOfParts(builder, input, shift, 'shift');
        return joinParts(builder, result, 'joined');
      });
      expect(inParts).toEqual(whole);
    },
  );
});
