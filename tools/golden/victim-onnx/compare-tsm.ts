/**
 * Holds the gradient through an export of TSM to that of the victim `tsm` from the same checkpoint.
 *
 * Usage: node --import tsx --conditions @msanet/source tools/golden/victim-onnx/compare-tsm.ts CHECKPOINT FRAMES.npy FILE.onnx [exact]
 *
 * CHECKPOINT may be compressed with Brotli; FRAMES holds uint8 frames, (8, 3, 224, 224), whose first rows and columns are taken where the
 * model is smaller; FILE is what export-tsm.py wrote. With `exact` both run in float64 on the reference runtime, which takes minutes
 * for a model of 32 × 32: in float32 a gradient through ReLU and max-pool jumps where rounding crosses a kink.
 */
import { readFileSync } from 'node:fs';
import { clipBatch, createFrom, emptyClips, type VictimModel } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { ReferenceRuntime } from '@msanet/runtime-reference';
import { readNpy } from '@msanet/tensor';
import { cosine, relativeError } from '@msanet/testkit';
import { imagenetNormalization, onnxVictim } from '@msanet/victim-onnx';
import { tsmVictim } from '@msanet/victim-tsm';

const [checkpoint, frames, model, exact] = process.argv.slice(2);
const { data, shape } = readNpy(readFileSync(frames));
const pixels = clipBatch(
  Float32Array.from(data as Uint8Array, (level) => level / 255),
  [1, ...shape],
);
const runtime = exact === 'exact' ? new ReferenceRuntime() : await createOrtRuntime();
const dependencies = { get: <T>() => runtime as T };

const { mean, deviation } = imagenetNormalization;
const imported = await createFrom(onnxVictim, dependencies, {
  model,
  layout: 'channels',
  mean,
  std: deviation,
});
const clips = cropped(imported.input.height);
const exported = await gradientOf(imported);
const own = await gradientOf(
  await createFrom(tsmVictim, dependencies, { checkpoint, inputSize: imported.input.height }),
);

const logitError = relativeError(exported.logits.data, own.logits.data);
const gradientError = relativeError(exported.gradient.data, own.gradient.data);
const direction = cosine(exported.gradient.data, own.gradient.data);
console.log(
  `logits ${logitError.toExponential(1)}, gradient ${gradientError.toExponential(1)}, cosine ${direction.toFixed(7)}`,
);
const tolerance = exact === 'exact' ? 1e-4 : 1e-2;
if (logitError > 1e-5 || gradientError > tolerance || direction < 0.9999) process.exitCode = 1;

async function gradientOf(victim: VictimModel) {
  const result = await victim.lossGradient(clips, { kind: 'cross-entropy', labels: [3] });
  await victim.dispose();
  return result;
}

/** The first rows and columns of the frames. */
function cropped(side: number) {
  const [, count, , height, width] = pixels.shape;
  const part = emptyClips(1, { frames: count, height: side, width: side });
  for (let row = 0; row < count * 3 * side; row++) {
    const start = (Math.floor(row / side) * height + (row % side)) * width;
    part.data.set(pixels.data.subarray(start, start + side), row * side);
  }
  return part;
}
