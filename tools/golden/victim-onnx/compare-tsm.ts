/**
 * Holds the gradient through an export of TSM to that of the victim `tsm` from the same checkpoint.
 *
 * Usage: node --import tsx --conditions @msanet/source tools/golden/victim-onnx/compare-tsm.ts CHECKPOINT FRAMES.npy FILE.onnx
 *
 * CHECKPOINT may be compressed with Brotli; FRAMES holds uint8 frames, (8, 3, 224, 224); FILE is what export-tsm.py wrote.
 */
import { readFileSync } from 'node:fs';
import { clipBatch, createFrom, type VictimModel } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { readNpy } from '@msanet/tensor';
import { cosine, relativeError } from '@msanet/testkit';
import { imagenetNormalization, onnxVictim } from '@msanet/victim-onnx';
import { tsmVictim } from '@msanet/victim-tsm';

const [checkpoint, frames, model] = process.argv.slice(2);
const { data, shape } = readNpy(readFileSync(frames));
const clips = clipBatch(
  Float32Array.from(data, (level) => Number(level) / 255),
  [1, ...shape],
);
const runtime = await createOrtRuntime();
const dependencies = { get: <T>() => runtime as T };

const { mean, deviation } = imagenetNormalization;
const exported = await gradientOf(
  await createFrom(onnxVictim, dependencies, { model, layout: 'channels', mean, std: deviation }),
);
const own = await gradientOf(await createFrom(tsmVictim, dependencies, { checkpoint }));

const logitError = relativeError(exported.logits.data, own.logits.data);
const gradientError = relativeError(exported.gradient.data, own.gradient.data);
const direction = cosine(exported.gradient.data, own.gradient.data);
console.log(
  `logits ${logitError.toExponential(1)}, gradient ${gradientError.toExponential(1)}, cosine ${direction.toFixed(7)}`,
);
if (logitError > 1e-5 || gradientError > 1e-2 || direction < 0.9999) process.exitCode = 1;

async function gradientOf(victim: VictimModel) {
  const result = await victim.lossGradient(clips, { kind: 'cross-entropy', labels: [3] });
  await victim.dispose();
  return result;
}
