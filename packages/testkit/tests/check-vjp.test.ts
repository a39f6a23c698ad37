import { Random, float32, float64, type Tensor } from '@msanet/tensor';
import {
  GraphBuilder,
  float,
  type GraphRuntime,
  type Model,
  type NamedTensors,
} from '@msanet/onnx';
import { describe, expect, it } from 'vitest';
import { checkVjp, type GradientBuilder } from '@msanet/testkit';

/** y = x0² · x1, element by element; its Jacobians are diagonal with 2·x0·x1 and x0². */
function model(): Model {
  const builder = new GraphBuilder({ name: 'toy' });
  const a = builder.input('x0', 'float32', [3]);
  const b = builder.input('x1', 'float32', [3]);
  builder.output(builder.apply('Mul', [builder.apply('Mul', [a, a]), b]), 'y');
  return builder.build();
}

/** The vector-Jacobian product of that model, with a factor that makes it wrong unless it is 1. */
function gradientBuilder(factor: number): GradientBuilder {
  return () => {
    const builder = new GraphBuilder({ name: 'toy gradient' });
    const a = builder.input('x0', 'float32', [3]);
    const b = builder.input('x1', 'float32', [3]);
    const u = builder.input('u', 'float32', [3]);
    const product = builder.apply('Mul', [u, builder.apply('Mul', [a, b])]);
    const first = builder.apply('LeakyRelu', [product], { alpha: float(factor) });
    builder.output(first, 'g0');
    builder.output(builder.apply('Mul', [u, builder.apply('Mul', [a, a])]), 'g1');
    return {
      model: builder.build(),
      cotangentInputs: { y: 'u' },
      gradientOutputs: { x0: 'g0', x1: 'g1' },
    };
  };
}

/** A runtime that knows just these two models, in float64. */
function toyRuntime(
  factor: number,
  precision: GraphRuntime['precision'] = 'float64',
): GraphRuntime {
  const elements = (value: Tensor) => Array.from(value.data, Number);
  const vector = (map: (index: number) => number) => float64([0, 1, 2].map(map));
  return {
    id: 'toy',
    device: 'cpu',
    precision,
    load: ({ graph }) =>
      Promise.resolve({
        inputs: graph.inputs,
        outputs: graph.outputs,
        dispose: () => Promise.resolve(),
        run: (feeds: NamedTensors) => {
          const [a, b] = [elements(feeds.x0), elements(feeds.x1)];
          if (!feeds.u) return Promise.resolve({ y: vector((i) => a[i] ** 2 * b[i]) });
          const u = elements(feeds.u);
          return Promise.resolve({
            g0: vector((i) => factor * 2 * u[i] * a[i] * b[i]),
            g1: vector((i) => u[i] * a[i] ** 2),
          });
        },
      }),
  };
}

const feeds = (): NamedTensors => ({
  x0: float32(new Random(3).fillNormal(new Float64Array(3))),
  x1: float32(new Random(4).fillNormal(new Float64Array(3))),
});

const check = (factor: number, more: { step?: number; precision?: 'float32' } = {}) =>
  checkVjp({
    model: model(),
    gradient: gradientBuilder(factor),
    runtime: toyRuntime(factor, more.precision),
    wrt: ['x0', 'x1'],
    feeds: feeds(),
    seed: 11,
    ...(more.step === undefined ? {} : { step: more.step }),
  });

describe('checkVjp', () => {
  it('accepts the right gradient, by small steps and by steps of 1', async () => {
    await check(1);
    await check(1, { step: 1 });
  });

  it('refuses a gradient that is wrong by a tenth of a percent, and says where', async () => {
    await expect(check(1.001)).rejects.toThrow(
      /Mul: gradient with respect to x0, seed 11.*analytic .*numeric /,
    );
  });

  it('refuses a gradient of another shape', async () => {
    const runtime = toyRuntime(1);
    const reshaping: GraphRuntime = {
      ...runtime,
      load: async (loaded) => {
        const session = await runtime.load(loaded);
        const run = async (fed: NamedTensors) => {
          const results = await session.run(fed);
          if (!results.g0) return results;
          return { ...results, g0: { ...results.g0, shape: [1, 3] } };
        };
        return { ...session, run };
      },
    };
    const checking = checkVjp({
      model: model(),
      gradient: gradientBuilder(1),
      runtime: reshaping,
      wrt: ['x0'],
      feeds: feeds(),
      seed: 1,
    });
    await expect(checking).rejects.toThrow(/shape \(1, 3\), the input's is \(3\)/);
  });

  it('refuses a runtime of single precision', async () => {
    await expect(check(1, { precision: 'float32' })).rejects.toThrow(/float64 runtime/);
  });
});
