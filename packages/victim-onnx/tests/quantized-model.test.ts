import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clipBatch, createFrom } from '@msanet/core';
import { GraphBuilder, int, writeModelFile, type Model, type Value } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { Random, float32, type Tensor } from '@msanet/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineModel, onnxVictim, type OnnxVictim } from '../src/index.js';

const pixels = 1 * 2 * 3 * 4 * 4;
const hidden = 6;

/** Whole numbers from −100 to 100, and the step that they are multiples of. */
function levels(name: string, shape: readonly number[]): Tensor<'int8'> {
  const random = new Random(12).fork(name);
  const data = Int8Array.from({ length: shape[0] * shape[1] }, () => random.integer(201) - 100);
  return { dtype: 'int8', shape, data };
}

/**
 * Two layers with a ReLU between them, in floating point or with values and weights quantised as exporters do it. Values
 * stay inside the range of the levels, so rounding is all that quantisation does.
 */
function classifier(quantized: boolean): Model {
  const builder = new GraphBuilder({ name: 'quantized' });
  const scalar = (value: number) => builder.constant(float32([value], []));
  const zero = () =>
    builder.constant({ dtype: 'uint8', shape: [], data: Uint8Array.of(0) } as const);
  const activation = (value: Value, step: number): Value => {
    if (!quantized) return value;
    const rounded = builder.apply('QuantizeLinear', [value, scalar(step), zero()]);
    return builder.apply('DequantizeLinear', [rounded, scalar(step), zero()]);
  };
  const weights = (name: string, shape: readonly number[]): Value => {
    const stored = levels(name, shape);
    // A power of two, so that the products are the same number in both forms.
    if (quantized)
      return builder.apply('DequantizeLinear', [builder.constant(stored), scalar(1 / 64)]);
    return builder.constant(
      float32(
        Array.from(stored.data, (level) => level / 64),
        shape,
      ),
    );
  };
  const clips = builder.input('pixels', 'float32', [1, 2, 3, 4, 4]);
  const flat = builder.apply('Flatten', [activation(clips, 1 / 255)], { axis: int(1) });
  const first = builder.apply('Relu', [
    builder.apply('MatMul', [flat, weights('a', [pixels, hidden])]),
  ]);
  const middle = activation(first, 0.25);
  builder.output(builder.apply('MatMul', [middle, weights('b', [hidden, 2])]), 'scores');
  return builder.build();
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'msanet-quantized-'));
  await writeModelFile(join(folder, 'float.onnx'), classifier(false));
  await writeModelFile(join(folder, 'quantized.onnx'), classifier(true));
});
afterAll(() => rm(folder, { recursive: true }));

const victimFrom = (name: string, options: object = {}): Promise<OnnxVictim> =>
  createFrom(
    onnxVictim,
    { get: <T>() => new ReferenceRuntime() as T },
    { model: join(folder, name), ...options },
  ) as Promise<OnnxVictim>;

const random = new Random(3);
const clips = clipBatch(
  Float32Array.from({ length: pixels }, () => random.integer(256) / 255),
  [1, 2, 3, 4, 4],
);
/** Its gradient does not depend on the logits, which quantisation changes. */
const margin = { kind: 'margin', labels: [1] } as const;

describe('a quantised model', () => {
  it('is predicted with its rounding', async () => {
    const { data: exact } = await (await victimFrom('float.onnx')).predict(clips);
    const { data } = await (await victimFrom('quantized.onnx')).predict(clips);
    expect(data).not.toEqual(exact);
    // Each of the hidden values is off by at most half a step, 1/8, and weighs at most 100/64.
    data.forEach((logit, index) => {
      expect(Math.abs(logit - exact[index])).toBeLessThan((hidden * 100) / 64 / 8);
    });
  });

  it('has no gradient unless one is asked for, and the error names the option', async () => {
    const victim = await victimFrom('quantized.onnx');
    expect(victim.notes.join()).toMatch(
      /2 QuantizeLinear nodes round.*option straightThrough=true/,
    );
    const gradient = victim.lossGradient(clips, margin);
    await expect(gradient).rejects.toMatchObject({ code: 'GRADIENT_UNDEFINED' });
    await expect(gradient).rejects.toThrow(/straightThrough=true/);
  });

  it('passes the gradient of the float model straight through on request', async () => {
    const exact = await (await victimFrom('float.onnx')).lossGradient(clips, margin);
    const victim = await victimFrom('quantized.onnx', { straightThrough: true });
    expect(victim.notes.join()).toMatch(/pass straight through: they are not the derivative/);
    const { gradient } = await victim.lossGradient(clips, margin);
    expect(gradient.data).toEqual(exact.gradient.data);
    expect(gradient.data.filter((value) => value !== 0).length).toBeGreaterThan(pixels / 2);
  });

  it('gives the same through ONNX Runtime', async () => {
    const runtime = await createOrtRuntime({ threads: 1 });
    const options = { model: join(folder, 'quantized.onnx'), straightThrough: true };
    const victim = await createFrom(onnxVictim, { get: <T>() => runtime as T }, options);
    const { gradient } = await victim.lossGradient(clips, margin);
    await victim.dispose();
    const reference = await victimFrom('quantized.onnx', { straightThrough: true });
    const { gradient: expected } = await reference.lossGradient(clips, margin);
    gradient.data.forEach((value, index) => expect(value).toBeCloseTo(expected.data[index], 5));
  });

  it('can ask in its manifest', async () => {
    const manifest = join(folder, 'manifest.yml');
    await writeFile(manifest, 'model: quantized.onnx\nstraightThrough: true\n');
    const victim = await victimFrom('quantized.onnx', { manifest });
    expect((await victim.lossGradient(clips, margin)).gradient.shape).toEqual(clips.shape);
  });

  it('is examined with the option named', () => {
    const { problem, withoutGradient } = examineModel(classifier(true));
    expect(problem).toMatch(/straightThrough=true/);
    expect(withoutGradient.join()).toMatch(/QuantizeLinear at node .*straightThrough=true/);
    expect(examineModel(classifier(false)).problem).toBeUndefined();
  });
});

describe('a model without quantisation', () => {
  it('does not mind the option', async () => {
    const plain = await victimFrom('float.onnx');
    const asked = await victimFrom('float.onnx', { straightThrough: true });
    expect(asked.notes).toEqual(plain.notes);
    const { gradient } = await asked.lossGradient(clips, margin);
    expect(gradient.data).toEqual((await plain.lossGradient(clips, margin)).gradient.data);
  });
});
