import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Adam, Sgd, type Optimiser } from '@msanet/autodiff';
import type { GraphRuntime, NamedTensors } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { float32 } from '@msanet/tensor';
import { trainingGraph } from '../../src/index.js';
import { clipGradients } from '../../src/optimisation/clip-gradients.js';
import { smoothLabels } from '../../src/optimisation/smooth-labels.js';
import { initialStatistics, updateStatistics } from '../../src/state/running-statistics.js';
import { hashed } from '../support/hashed.js';
import { goldenWeights, tinyGraph } from '../support/tiny-network.js';

interface Golden {
  readonly losses: number[];
  readonly norms: number[];
  readonly gradients: Record<string, number[]>;
  readonly state: Record<string, number[]>;
}

interface GoldenFile {
  readonly rates: number[];
  readonly labels: number[];
  readonly smoothing: number;
  readonly clip: number;
  readonly weightDecay: number;
  readonly sgd: Golden;
  readonly adamw: Golden;
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/steps.json', import.meta.url), 'utf8'),
) as GoldenFile;
const [batch, classes, size] = [3, 4, 9];

/** PyTorch's names of the parameters. */
const torchNames: Record<string, string> = {
  'first.scale': 'first_norm.weight',
  'first.bias': 'first_norm.bias',
  'second.scale': 'second_norm.weight',
  'second.bias': 'second_norm.bias',
};
const torchName = (name: string): string => torchNames[name] ?? name;

function setUp() {
  const weights = goldenWeights(classes);
  const graph = trainingGraph(tinyGraph(weights, batch, { frames: 1, size, classes }), [
    ...weights.keys(),
  ]);
  const parameters: Record<string, Float32Array> = {};
  const shapes: Record<string, readonly number[]> = {};
  for (const name of graph.parameters) {
    const weight = weights.get(name);
    shapes[name] = weight?.shape ?? [4];
    parameters[name] =
      weight?.data.slice() ?? hashed(torchName(name), 4).map((value) => 1 + 0.2 * value);
  }
  const feeds = (): NamedTensors => ({
    ...Object.fromEntries(
      graph.parameters.map((name) => [name, float32(parameters[name], shapes[name])]),
    ),
    clips: float32(hashed('clips', batch * 3 * size * size), [batch, 1, 3, size, size]),
    targets: float32(smoothLabels(golden.labels, classes, golden.smoothing), [batch, classes]),
    dropout: float32(new Float32Array(batch * 4).fill(1), [batch, 4]),
  });
  return { graph, parameters, feeds };
}

/** The largest distance of two lists, relative to the largest expected number. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  const highest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-12);
  return expected.reduce(
    (worst, value, index) => Math.max(worst, Math.abs(actual[index] - value) / highest),
    0,
  );
}

async function takeSteps(runtime: GraphRuntime, optimiser: Optimiser) {
  const { graph, parameters, feeds } = setUp();
  const session = await runtime.load(graph.model);
  const statistics = initialStatistics(graph.layers);
  const [losses, norms]: [number[], number[]] = [[], []];
  for (const rate of golden.rates) {
    const results = await session.run(feeds());
    const gradients = Object.fromEntries(
      graph.parameters.map((name) => [
        name,
        Float32Array.from(results[`gradient.${name}`].data as Float64Array),
      ]),
    );
    losses.push(Array.from(results['loss'].data as Float64Array).reduce((a, b) => a + b) / batch);
    norms.push(clipGradients(gradients, golden.clip));
    optimiser.learningRate = rate;
    optimiser.step(parameters, gradients);
    updateStatistics(statistics, graph.layers, results);
  }
  await session.dispose();
  return { losses, norms, parameters, statistics };
}

const decays = (name: string): boolean => name.endsWith('.weight');
const optimisers: [string, () => Optimiser, Golden][] = [
  [
    'SGD with Nesterov momentum',
    () => new Sgd({ momentum: 0.9, nesterov: true, weightDecay: golden.weightDecay, decays }),
    golden.sgd,
  ],
  [
    'AdamW',
    () => new Adam({ beta1: 0.9, beta2: 0.99, weightDecay: golden.weightDecay, decays }),
    golden.adamw,
  ],
];

describe('the graph of a training step, against PyTorch in float64', () => {
  it('gives the gradients of all parameters, to float64 rounding of float32 weights', async () => {
    const { graph, feeds } = setUp();
    const session = await new ReferenceRuntime().load(graph.model);
    const results = await session.run(feeds());
    for (const name of graph.parameters) {
      const expected = golden.sgd.gradients[torchName(name)];
      const error = distance(results[`gradient.${name}`].data as Float64Array, expected);
      expect(error, name).toBeLessThan(2e-5);
    }
  });

  it('gives them in ONNX Runtime, too', async () => {
    const { graph, feeds } = setUp();
    const session = await (await createOrtRuntime({ threads: 1 })).load(graph.model);
    const results = await session.run(feeds());
    await session.dispose();
    for (const name of graph.parameters) {
      const expected = golden.sgd.gradients[torchName(name)];
      const error = distance(results[`gradient.${name}`].data as Float32Array, expected);
      expect(error, name).toBeLessThan(1e-4);
    }
  });

  it.each(optimisers)('takes the same steps with %s', async (_, make, expected) => {
    const { losses, norms, parameters, statistics } = await takeSteps(
      new ReferenceRuntime(),
      make(),
    );
    expect(distance(losses, expected.losses)).toBeLessThan(1e-4);
    expect(distance(norms, expected.norms)).toBeLessThan(1e-3);
    for (const [name, values] of Object.entries(parameters)) {
      expect(distance(values, expected.state[torchName(name)]), name).toBeLessThan(1e-3);
    }
    for (const [name, { mean, variance }] of statistics) {
      const norm = `${name}_norm`;
      expect(distance(mean, expected.state[`${norm}.running_mean`]), name).toBeLessThan(1e-3);
      expect(distance(variance, expected.state[`${norm}.running_var`]), name).toBeLessThan(1e-3);
    }
  });
});

describe('the graph of a training step, against finite differences in float64', () => {
  it('has the derivative of the mean loss in every parameter’s gradient', async () => {
    const { graph, feeds } = setUp();
    const session = await new ReferenceRuntime().load(graph.model);
    const results = await session.run(feeds());
    const lossAt = async (name: string, data: Float32Array): Promise<number> => {
      const fed = { ...feeds(), [name]: float32(data, feeds()[name].shape) };
      const loss = (await session.run(fed))['loss'].data as Float64Array;
      return loss.reduce((sum, value) => sum + value) / batch;
    };
    // Short enough to cross no kink of ReLU and max-pool here; what float32 makes of the step is what is compared.
    const step = 2 ** -15;
    for (const name of graph.parameters) {
      const start = feeds()[name].data as Float32Array;
      const moved = (side: number): Float32Array =>
        start.map((value, index) => value + side * step * Math.cos(1 + 2 * index));
      const [above, below] = [moved(1), moved(-1)];
      const gradient = results[`gradient.${name}`].data as Float64Array;
      const analytic = gradient.reduce(
        (sum, value, index) => sum + value * (above[index] - below[index]),
        0,
      );
      const numeric = (await lossAt(name, above)) - (await lossAt(name, below));
      expect(Math.abs(analytic - numeric), name).toBeLessThan(1e-4 * step);
    }
  });
});
