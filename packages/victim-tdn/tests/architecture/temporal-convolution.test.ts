import { GraphBuilder } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, float32, sizeOf } from '@msanet/tensor';
import { relativeError } from '@msanet/testkit';
import { describe, expect, it } from 'vitest';
import { NetworkWeights } from '../../src/architecture/network-weights.js';
import { temporalConvolution } from '../../src/architecture/temporal-convolution.js';

/** The convolution along time, element by element: shape (clips · segments, channels, pixels). */
function convolved(
  data: Float32Array,
  kernels: Float32Array,
  [rows, channels, pixels]: readonly number[],
  segments: number,
): number[] {
  const result: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        let sum = 0;
        for (let tap = 0; tap < 3; tap++) {
          const segment = (row % segments) + tap - 1;
          if (segment < 0 || segment >= segments) continue;
          const from = ((row + tap - 1) * channels + channel) * pixels + pixel;
          sum += kernels[3 * channel + tap] * data[from];
        }
        result.push(sum);
      }
    }
  }
  return result;
}

describe('the convolution along time', () => {
  it.each([
    { clips: 1, segments: 8, trainable: false },
    { clips: 3, segments: 4, trainable: true },
    { clips: 2, segments: 2, trainable: false },
    { clips: 2, segments: 1, trainable: false },
  ])('of $clips × $segments segments', async ({ clips, segments, trainable }) => {
    const shape = [clips * segments, 5, 2, 3];
    const random = new Random(4);
    const kernels = random.fillNormal(new Float32Array(15));
    const values = random.fillNormal(new Float32Array(sizeOf(shape)));
    const layer = {
      name: 'shift.conv',
      shape: [5, 1, 3],
      normalization: undefined,
      biased: false,
      endsBranch: false,
    };
    const kernelOf = new Map([['shift.conv.weight', float32(kernels, layer.shape)]]);
    const builder = new GraphBuilder();
    const x = builder.input('x', 'float32', shape);
    const weights = new NetworkWeights(builder, kernelOf, trainable);
    const options = { segments, weights, inputScale: 0.5 };
    builder.output(temporalConvolution(builder, x, layer, options), 'y');
    const session = await new ReferenceRuntime().load(builder.build());
    const result = await session.run({ x: float32(values, shape) });
    const expected = convolved(values, kernels, [shape[0], 5, 6], segments).map((sum) => sum / 2);
    expect(relativeError(result['y'].data as Float64Array, expected)).toBeLessThan(1e-12);
  });
});
