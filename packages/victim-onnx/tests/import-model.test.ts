import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFrom, type VictimModel } from '@msanet/core';
import {
  readModelFile,
  writeModelFile,
  type Dimension,
  type GraphRuntime,
  type Model,
  type Node,
} from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { describeVictimModel, randomClips, relativeError } from '@msanet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importModel, onnxVictim } from '../src/index.js';
import { fixtures } from './support/golden.js';
import { smallGraph, smallInput } from './support/small-graph.js';

const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;

function victimFrom(runtime: GraphRuntime, options: object): Promise<VictimModel> {
  return createFrom(onnxVictim, { get: <T>() => runtime as T }, options);
}

describeVictimModel({
  name: 'an exported model with folded frames',
  create: async () =>
    victimFrom(await createOrtRuntime({ threads: 1 }), {
      model: join(fixtures, 'frames-17.onnx'),
      frames: 4,
      mean,
      std,
    }),
  // Its loss is nearly flat, so the steps of the difference quotient are long and cross kinks of ReLU and max-pool.
  losses: ['cross-entropy', 'margin'],
  tolerance: { gradient: 0.1 },
});

describe('a model file of our own', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'msanet-victim-onnx-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const written = async (name: string, model: Model): Promise<string> => {
    const path = join(folder, `${name}.onnx`);
    await writeModelFile(path, model);
    return path;
  };

  it('gives the same as the graph it was written from', async () => {
    const runtime = new ReferenceRuntime();
    const clips = randomClips(3, smallInput, 1);
    const direct = await runtime.load(smallGraph(3));
    const { logits } = await direct.run({ clips });
    const victim = await victimFrom(runtime, { model: await written('small', smallGraph(1)) });
    expect((await victim.predict(clips)).data).toEqual(
      Float32Array.from(logits.data as Float64Array),
    );
  });

  it('that fixes a batch is run with that batch', async () => {
    const victim = await victimFrom(new ReferenceRuntime(), {
      model: await written('batch', smallGraph(2)),
    });
    const logits = await victim.predict(randomClips(3, smallInput, 1));
    expect(logits.shape).toEqual([3, 5]);
  });

  it('takes labels and a short side', async () => {
    const labels = ['a', 'b', 'c', 'd', 'e'];
    const victim = await victimFrom(new ReferenceRuntime(), {
      model: await written('labelled', smallGraph(1)),
      labels,
      shortSide: 12,
    });
    expect(victim.labels).toEqual(labels);
    expect(victim.geometry).toEqual({ shortSide: 12 });
  });

  it.each([
    { options: { mean }, code: 'OPTION_INVALID', says: /option std/ },
    { options: { mean, std: [1, 0, 1] }, code: 'OPTION_INVALID', says: /option std/ },
    { options: { frames: 0 }, code: 'OPTION_INVALID', says: /option frames/ },
    { options: { layout: 'nchw' }, code: 'OPTION_INVALID', says: /option layout/ },
    { options: { colour: 'rgb' }, code: 'OPTION_INVALID', says: /colour/ },
    { options: { frames: 9 }, code: 'SHAPE_MISMATCH', says: /\(1, 3, 3, 8, 10\)/ },
    { options: { layout: 'frames' }, code: 'MODEL_UNSUPPORTED', says: /clips of float32/ },
    { options: { labels: ['a'] }, code: 'LABELS_INVALID', says: /5 different names/ },
  ])('refuses options $options', async ({ options, code, says }) => {
    const model = await written('refused', smallGraph(1));
    const victim = victimFrom(new ReferenceRuntime(), { model, ...options });
    await expect(victim).rejects.toMatchObject({ code });
    await expect(victim).rejects.toThrow(says);
  });

  it('that does not exist is named', async () => {
    const victim = victimFrom(new ReferenceRuntime(), { model: join(folder, 'none.onnx') });
    await expect(victim).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(victim).rejects.toThrow('none.onnx');
  });

  it('that is no model is refused', async () => {
    const path = await written('damaged', smallGraph(1));
    await truncate(path, 1000);
    const victim = victimFrom(new ReferenceRuntime(), { model: path });
    await expect(victim).rejects.toMatchObject({ code: 'ONNX_INVALID' });
  });
});

describe('importing', () => {
  /** A model that flattens what it gets and takes the first five numbers for logits. */
  function model(shape: readonly Dimension[], extra: Partial<Model['graph']> = {}): Model {
    const node = (opType: string, inputs: string[], outputs: string[]): Node => ({
      name: `the ${opType}`,
      opType,
      domain: '',
      inputs,
      outputs,
      attributes: {},
    });
    const int64 = (values: number[]) => ({
      dtype: 'int64' as const,
      shape: [values.length],
      data: BigInt64Array.from(values, BigInt),
    });
    return {
      irVersion: 8,
      producer: 'test',
      opsets: new Map([['', 17]]),
      metadata: new Map(),
      graph: {
        name: 'flat',
        inputs: [{ name: 'clips', dtype: 'float32', shape }],
        // The names of its own values are those that a victim's graph uses.
        nodes: [
          node('Reshape', ['clips', 'labels'], ['loss']),
          node('Slice', ['loss', 'gradient', 'targets', 'axes'], ['logits']),
        ],
        outputs: [{ name: 'logits', dtype: 'float32', shape: undefined }],
        initializers: new Map([
          ['labels', int64([1, -1])],
          ['gradient', int64([0])],
          ['targets', int64([5])],
          ['axes', int64([1])],
        ]),
        ...extra,
      },
    };
  }

  it('keeps names apart that mean something else inside the model', async () => {
    const { model: imported, batch, input } = importModel(model(['batch', 2, 3, 4, 4]));
    expect(batch).toBe(1);
    expect(input).toEqual({ frames: 2, height: 4, width: 4 });
    expect(imported.graph.inputs.map(({ name }) => name)).toEqual(['clips']);
    expect(imported.graph.outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: [1, 5] }]);
    const clips = randomClips(1, input, 1);
    const session = await new ReferenceRuntime().load(imported);
    const { logits } = await session.run({ clips });
    expect(Array.from(logits.data as Float64Array)).toEqual(Array.from(clips.data.subarray(0, 5)));
  });

  it('tells the layout by the rank of the input', () => {
    const folded = importModel(model([8, 3, 4, 6]));
    expect(folded).toMatchObject({ batch: 1, input: { frames: 8, height: 4, width: 6 } });
    expect(() => importModel(model([8, 3, 4, 6]), { frames: 3 })).toThrow('clips of 3 frames');
    const open = importModel(model(['rows', 3, 'h', 'w']), { frames: 4, height: 4, width: 6 });
    expect(open).toMatchObject({ batch: 1, input: { frames: 4, height: 4, width: 6 } });
  });

  it('normalises where it is told to', async () => {
    const deviation = [0.5, 0.25, 0.125] as const;
    const normalization = { mean: [0.5, 0.25, 1], deviation } as const;
    const { model: imported, input } = importModel(model([1, 1, 3, 2, 2]), { normalization });
    const clips = randomClips(1, input, 1);
    const session = await new ReferenceRuntime().load(imported);
    const { logits } = await session.run({ clips });
    const expected = [0, 1, 2, 3, 4].map((index) => {
      const channel = Math.floor(index / 4);
      return (clips.data[index] - normalization.mean[channel]) / deviation[channel];
    });
    expect(relativeError(logits.data as Float64Array, expected)).toBeLessThan(1e-7);
  });

  const anyShape = [1, 2, 3, 4, 4];
  it.each([
    {
      case: 'an input without three colours',
      model: model([1, 2, 4, 4, 4]),
      code: 'MODEL_UNSUPPORTED',
      says: /\(batch, frames, 3, height, width\) or .*got clips of float32 \(1, 2, 4, 4, 4\)/,
    },
    {
      case: 'an input of another rank',
      model: model([1, 2, 3]),
      code: 'MODEL_UNSUPPORTED',
      says: /got clips of float32 \(1, 2, 3\)/,
    },
    {
      case: 'an input of unknown rank',
      model: model([], { inputs: [{ name: 'clips', dtype: 'float32', shape: undefined }] }),
      code: 'MODEL_UNSUPPORTED',
      says: /of known rank/,
    },
    {
      case: 'an input of bytes',
      model: model([], { inputs: [{ name: 'clips', dtype: 'uint8', shape: anyShape }] }),
      code: 'MODEL_UNSUPPORTED',
      says: /got clips of uint8/,
    },
    {
      case: 'two inputs',
      model: model([], {
        inputs: ['a', 'b'].map((name) => ({ name, dtype: 'float32', shape: anyShape })),
      }),
      code: 'MODEL_UNSUPPORTED',
      says: /one float32 input .*got a of .* and b of/,
    },
    {
      case: 'two outputs',
      model: model(anyShape, {
        outputs: ['loss', 'logits'].map((name) => ({ name, dtype: 'float32', shape: undefined })),
      }),
      code: 'MODEL_UNSUPPORTED',
      says: /one output, the logits/,
    },
    {
      case: 'an output that is no row per clip',
      model: model([2, 2, 3, 4, 4]),
      code: 'MODEL_UNSUPPORTED',
      says: /an output of float32 \(2, classes\), got logits of float32 \(1, 5\)/,
    },
    {
      case: 'open lengths that no option gives',
      model: model(['batch', 'frames', 3, 4, 4]),
      code: 'OPTION_INVALID',
      says: /option frames/,
    },
    {
      case: 'an operator that nobody knows',
      model: model(anyShape, {
        nodes: [
          {
            name: 'node seven',
            opType: 'Frobnicate',
            domain: '',
            inputs: ['clips'],
            outputs: ['logits'],
            attributes: {},
          },
        ],
      }),
      code: 'OPERATOR_UNSUPPORTED',
      says: /node seven.*Frobnicate.*17/,
    },
  ])('refuses $case', ({ model: wrong, code, says }) => {
    expect(() => importModel(wrong, {}, 'file.onnx')).toThrow(says);
    expect(() => importModel(wrong, {}, 'file.onnx')).toThrow(expect.objectContaining({ code }));
  });

  it('reads the same model again for a second session', async () => {
    const path = join(fixtures, 'clips-17.onnx');
    const first = importModel(await readModelFile(path), { frames: 4, height: 20, width: 24 });
    const second = importModel(await readModelFile(path), { frames: 4, height: 20, width: 24 });
    expect(second).toEqual(first);
  });
});
