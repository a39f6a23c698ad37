import { describe, expect, it } from 'vitest';
import { inferGraph, type NamedTensors } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { float32 } from '@msanet/tensor';
import { normalizeConvolutions } from '../../src/graph/normalize-convolutions.js';
import { hashed } from '../support/hashed.js';
import { goldenWeights, tinyGraph } from '../support/tiny-network.js';

const size = { frames: 1, size: 9, classes: 4 };

function normalized() {
  const { model, layers } = normalizeConvolutions(tinyGraph(goldenWeights(4), 2, size));
  const statistics = layers
    .flatMap(({ applications }) => applications)
    .flatMap(({ mean, variance }) => [mean, variance]);
  const values = inferGraph(model);
  const outputs = [
    ...model.graph.outputs,
    ...statistics.map((name) => ({
      name,
      dtype: 'float32' as const,
      shape: values.get(name)?.shape,
    })),
  ];
  return { layers, model: { ...model, graph: { ...model.graph, outputs } } };
}

const feeds: NamedTensors = {
  clips: float32(hashed('clips', 2 * 3 * 81), [2, 1, 3, 9, 9]),
};

describe('normalizeConvolutions', () => {
  it('gives ONNX Runtime what the operator is defined as, with its statistics', async () => {
    const { model } = normalized();
    const reference = await new ReferenceRuntime().load(model);
    const expected = await reference.run(feeds);
    const session = await (await createOrtRuntime({ threads: 1 })).load(model);
    const actual = await session.run(feeds);
    await session.dispose();
    for (const [name, { data }] of Object.entries(expected)) {
      (data as Float64Array).forEach((value, index) => {
        const difference = Math.abs(Number(actual[name].data[index]) - value);
        expect(difference, name).toBeLessThan(2e-5 * (1 + Math.abs(value)));
      });
    }
  });

  it('knows a layer that is applied twice as one, with elements per channel of each', () => {
    const { layers } = normalized();
    expect(layers.map(({ name, applications }) => [name, applications.length])).toEqual([
      ['first', 1],
      ['second', 2],
    ]);
    expect(layers.flatMap(({ applications }) => applications.map(({ count }) => count))).toEqual([
      2 * 81,
      2 * 25,
      2 * 25,
    ]);
  });
});
