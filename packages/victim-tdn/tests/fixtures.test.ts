import { clipLength, createFrom, type VictimModel } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { cosine, relativeError } from '@msanet/testkit';
import { hmdb51Labels } from '@msanet/victim-onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tdnVictim } from '../src/index.js';
import { fixtureNote, hasFixtures, readFixture } from './support/fixtures.js';

// PyTorch's own float32 is 3e-7 (logits) and 5e-4 to 2.5e-3 (gradients) away from these float64 values.
const logitTolerance = 1e-5;
const gradientTolerance = 1e-2;
const name = 'tdn-r50';

describe.skipIf(!hasFixtures)(
  `TDN from the checkpoint ${name} agrees with PyTorch in float64${fixtureNote}`,
  () => {
    let runtime: GraphRuntime;
    let victim: VictimModel;

    beforeAll(async () => {
      runtime = await createOrtRuntime();
      const { checkpoint } = readFixture(name);
      const dependencies = { get: <T>() => runtime as T };
      victim = await createFrom(tdnVictim, dependencies, { checkpoint });
    });
    afterAll(() => victim.dispose());

    it('recognises network and classes', () => {
      expect(victim.input).toEqual({ frames: 40, height: 224, width: 224 });
      expect(victim.labels).toEqual(hmdb51Labels);
      expect(victim.geometry).toEqual({ shortSide: 256 });
    });

    it('samples the same frames', () => {
      const { expected } = readFixture(name);
      expect(victim.sampling.indices(expected.frameCount)).toEqual(expected.frameIndices);
    });

    it('predicts the same logits', async () => {
      const { clips, logits } = readFixture(name);
      const result = await victim.predict(clips);
      expect(result.shape).toEqual([1, 51]);
      expect(relativeError(result.data, logits.data)).toBeLessThan(logitTolerance);
    });

    it('finds the same loss and gradient', async () => {
      const { clips, expected, logits, gradientIndex, gradientValue } = readFixture(name);
      expect(expected.label).toBe(33);
      const loss = { kind: 'cross-entropy', labels: [expected.label] } as const;
      const result = await victim.lossGradient(clips, loss);
      expect(relativeError(result.logits.data, logits.data)).toBeLessThan(logitTolerance);
      expect(relativeError(result.loss, [expected.loss])).toBeLessThan(logitTolerance);

      const { data } = result.gradient;
      const sampled = gradientIndex.map((index) => data[index]);
      expect(relativeError(sampled, gradientValue.data)).toBeLessThan(gradientTolerance);
      expect(cosine(sampled, gradientValue.data)).toBeGreaterThan(0.9999);

      const frame = clipLength(clips) / expected.gradL2PerFrame.length;
      const norms = expected.gradL2PerFrame.map((_, index) =>
        norm(data.subarray(index * frame, (index + 1) * frame)),
      );
      expect(relativeError([norm(data)], [expected.gradL2])).toBeLessThan(1e-3);
      expect(relativeError(norms, expected.gradL2PerFrame)).toBeLessThan(1e-3);
    });
  },
);

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
