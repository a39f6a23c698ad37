/**
 * Holds the victim `onnx` to what PyTorch computed for the models it exported.
 *
 * Usage: node --import tsx --conditions @msanet/source tools/golden/victim-onnx/compare.ts FOLDER [NETWORK …]
 *
 * FOLDER is what export-torchvision.py or export-tsm.py wrote. For every NETWORK-OPSET.onnx there it prints the relative L2 error
 * of logits and gradient and the gradient's cosine; the exit code is 1 when one is out of tolerance.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { clipBatch, createFrom, isMsanetError } from '@msanet/core';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { readNpy } from '@msanet/tensor';
import { cosine, relativeError } from '@msanet/testkit';
import { onnxVictim } from '@msanet/victim-onnx';

interface Golden {
  readonly label: number;
  /** Options of the victim. */
  readonly options: object;
  /** Relative L2 error of the gradient that is allowed; PyTorch's own float32 is 2.5e-3 away through ReLU and max-pool. */
  readonly gradientTolerance?: number;
}

const [folder, ...chosen] = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => /-\d+\.onnx$/.test(name));
const runtime = await createOrtRuntime();

console.log('| model | logits | gradient | cosine | verdict |\n| --- | --: | --: | --: | --- |');
for (const file of files.toSorted()) {
  const name = file.replace(/-\d+\.onnx$/, '');
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const cells = await compare(file, name).catch((error: unknown) => {
    if (!isMsanetError(error)) throw error;
    return ['', '', '', `FAILED: ${error.message}`];
  });
  if (cells[3] !== 'agrees') process.exitCode = 1;
  console.log(`| ${[file, ...cells].join(' | ')} |`);
}

async function compare(file: string, name: string): Promise<string[]> {
  const golden = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Golden;
  const tensorOf = (part: string) => readNpy(readFileSync(join(folder, `${name}-${part}.npy`)));
  const clip = tensorOf('clip');
  const clips = clipBatch(Float32Array.from(clip.data, Number), clip.shape);
  const model = join(folder, file);
  const dependencies = { get: <T>() => runtime as T };
  const victim = await createFrom(onnxVictim, dependencies, { model, ...golden.options });
  const loss = { kind: 'cross-entropy', labels: [golden.label] } as const;
  const { data: predicted } = await victim.predict(clips);
  const { logits, gradient } = await victim.lossGradient(clips, loss);
  await victim.dispose();
  const truth = { logits: numbers(tensorOf('logits')), gradient: numbers(tensorOf('gradient')) };
  const logitError = Math.max(
    relativeError(predicted, truth.logits),
    relativeError(logits.data, truth.logits),
  );
  const gradientError = relativeError(gradient.data, truth.gradient);
  const direction = cosine(gradient.data, truth.gradient);
  const agrees =
    logitError < 1e-4 && gradientError < (golden.gradientTolerance ?? 1e-2) && direction > 0.9999;
  return [
    logitError.toExponential(1),
    gradientError.toExponential(1),
    direction.toFixed(7),
    agrees ? 'agrees' : 'DIFFERS',
  ];
}

function numbers({ data }: { readonly data: ArrayLike<number | bigint> }): Float64Array {
  return Float64Array.from(data, Number);
}
