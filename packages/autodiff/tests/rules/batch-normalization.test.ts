import { describe, expect, it } from 'vitest';
import { Random, float32, sizeOf, zeros, type Tensor } from '@msanet/tensor';
import { GraphBuilder, float, int, type Model } from '@msanet/onnx';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { checkVjp } from '@msanet/testkit';
import { gradientGraph } from '../../src/index.js';
import { refusal } from '../evaluate.js';

const random = new Random(23);

function normal(shape: readonly number[], mean = 0, deviation = 1): Tensor<'float32'> {
  const values = random.fillNormal(new Float64Array(sizeOf(shape)), mean, deviation);
  return float32(values, shape);
}

/** A normalisation in training mode whose batch statistics are used, or only declared. */
function training(shape: readonly number[], momentum = 0, outputs = 3): Model {
  const builder = new GraphBuilder();
  const [x, scale, bias] = [shape, [shape[1]], [shape[1]]].map((each, index) =>
    builder.input(['x', 'scale', 'bias'][index], 'float32', each),
  );
  const unused = builder.constant(zeros('float32', [shape[1]]), 'unused');
  const attributes = { training_mode: int(1), momentum: float(momentum), epsilon: float(1e-3) };
  const results = builder.applyMany(
    'BatchNormalization',
    [x, scale, bias, unused, unused],
    attributes,
    outputs,
  );
  builder.output(results[0], 'y');
  return builder.build();
}

describe('BatchNormalization in training mode', () => {
  it.each([[[4, 3, 5, 2]], [[2, 2, 7]], [[6, 3]]])(
    'of shape %j has the derivative in the features, the scale and the offset',
    async (shape) => {
      await checkVjp({
        model: training(shape),
        gradient: (model, wrt, outputs) => gradientGraph(model, wrt, { outputs }),
        runtime: new ReferenceRuntime(),
        wrt: ['x', 'scale', 'bias'],
        feeds: {
          x: normal(shape, 0.7, 1.5),
          scale: normal([shape[1]], 1, 0.3),
          bias: normal([shape[1]]),
        },
        seed: 5,
      });
    },
  );

  it('gives the features a gradient without a share of their mean and of themselves', async () => {
    // The result does not change when the features are shifted or stretched, so neither direction has a slope.
    const shape = [3, 2, 4, 4];
    const { model, cotangentInputs, gradientOutputs } = gradientGraph(training(shape), ['x'], {
      outputs: ['y'],
    });
    const x = normal(shape);
    const session = await new ReferenceRuntime().load(model);
    const results = await session.run({
      x,
      scale: normal([2], 1, 0.2),
      bias: normal([2]),
      [cotangentInputs['y']]: normal(shape),
    });
    const gradient = results[gradientOutputs['x']].data as Float64Array;
    const size = gradient.reduce((sum, value) => sum + Math.abs(value), 0);
    for (let channel = 0; channel < 2; channel++) {
      let [sum, product, mean] = [0, 0, 0];
      const members = Array.from(gradient.keys()).filter(
        (index) => Math.floor(index / 16) % 2 === channel,
      );
      for (const index of members) mean += x.data[index] / members.length;
      for (const index of members) {
        sum += gradient[index];
        product += gradient[index] * (x.data[index] - mean);
      }
      expect(Math.abs(sum)).toBeLessThan(1e-9 * size);
      // ε holds on to a little of the scale.
      expect(Math.abs(product)).toBeLessThan(3e-3 * size);
    }
  });

  it.each([
    [0.9, 3],
    [0, 1],
  ])(
    'refuses momentum %f with %i outputs, whose statistics are not the batch’s',
    (momentum, outputs) => {
      const differentiate = () => gradientGraph(training([2, 2, 3], momentum, outputs), ['x']);
      if (outputs === 3) {
        expect(refusal(differentiate)).toMatchObject({ code: 'GRADIENT_UNDEFINED' });
      } else {
        expect(refusal(differentiate).code).not.toBe('');
      }
    },
  );
});
