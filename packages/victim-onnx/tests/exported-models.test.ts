import { join } from 'node:path';
import { cosine, relativeError } from '@msanet/testkit';
import { createFrom } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { describe, expect, it } from 'vitest';
import { onnxVictim } from '../src/index.js';
import { fixtures, readGolden } from './support/golden.js';

const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];
const bytes = (values: readonly number[]): string[] => values.map((value) => String(255 * value));
const open = { frames: 4, height: 20, width: 24 };

describe.each([
  { file: 'clips-13', options: open, notes: [] },
  { file: 'clips-17', options: open, notes: [] },
  { file: 'frames-17', options: { frames: 4, mean, std }, notes: [] },
  {
    file: 'volume-17',
    options: { mean, std },
    notes: [expect.stringMatching(/^the final Softmax, \/Softmax, is cut off/)],
  },
  { file: 'last-17', options: { range: '-1..1' }, notes: [] },
  // Numbers as the command line gives them.
  {
    file: 'channels-17',
    options: { range: '0..255', mean: bytes(mean), std: bytes(std) },
    notes: [],
  },
])('$file.onnx, exported by PyTorch', ({ file, options, notes }) => {
  const create = async () => {
    const runtime = await createOrtRuntime({ threads: 1 });
    const model = join(fixtures, `${file}.onnx`);
    return createFrom(onnxVictim, { get: <T>() => runtime as T }, { model, ...options });
  };

  it('computes what PyTorch computes in float64', async () => {
    const golden = readGolden(file);
    const victim = await create();
    const loss = { kind: 'cross-entropy', labels: [golden.label] } as const;
    const { data: logits } = await victim.predict(golden.clips);
    const result = await victim.lossGradient(golden.clips, loss);
    await victim.dispose();
    expect(relativeError(logits, golden.logits)).toBeLessThan(1e-5);
    expect(relativeError(result.logits.data, golden.logits)).toBeLessThan(1e-5);
    expect(relativeError(result.loss, [golden.loss])).toBeLessThan(1e-5);
    const { data } = result.gradient;
    const sampled = data.filter((_, index) => index % golden.gradientStep === 0);
    expect(relativeError(sampled, golden.gradient)).toBeLessThan(1e-2);
    expect(cosine(sampled, golden.gradient)).toBeGreaterThan(0.9999);
    expect(relativeError([Math.hypot(...data)], [golden.gradientNorm])).toBeLessThan(1e-3);
  });

  it('says what it is', async () => {
    const victim = await create();
    expect(victim.id).toBe('onnx');
    expect(victim.input).toEqual({ frames: 4, height: 20, width: 24 });
    expect(victim.geometry).toEqual({ shortSide: 27 });
    expect(victim.labels).toHaveLength(6);
    expect(victim).toHaveProperty('notes', notes);
    await victim.dispose();
  });
});
