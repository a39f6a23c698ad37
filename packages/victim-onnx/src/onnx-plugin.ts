import { defineVictim, type Dependencies } from '@msanet/core';
import { graphRuntimeToken, readModelFile } from '@msanet/onnx';
import { MsanetError } from '@msanet/tensor';
import { z } from 'zod';
import { handOver } from './hand-over.js';
import { importModel } from './import-model.js';
import { readManifest } from './manifest.js';
import {
  checkModelOptions,
  importOptions,
  modelOptionFields,
  samplingOf,
  usualShortSide,
  type ModelOptions,
} from './model-options.js';
import { createOnnxVictim, type OnnxVictim } from './onnx-victim.js';
import { quantizationNotes, quantizationRules } from './quantization-rules.js';

const options = z
  .strictObject({
    model: z
      .string()
      .min(1)
      .optional()
      .describe('ONNX file of a classifier of RGB clips, unless the manifest names it'),
    manifest: z
      .string()
      .min(1)
      .optional()
      .describe('YAML or JSON file with these options, which the command line overrides'),
    labels: z
      .array(z.string().min(1))
      .optional()
      .describe('class names, in the order of the logits; by default those of UCF-101 or HMDB-51'),
    ...modelOptionFields,
  })
  .check(checkModelOptions);

/** The victim plugin `onnx`: any ONNX file that takes clips of RGB frames and gives one row of logits per clip. */
export const onnxVictim = defineVictim({
  id: 'onnx',
  summary: 'Any ONNX export of a classifier of RGB clips, in any common layout.',
  source: 'https://onnx.ai',
  supports: { inputGradient: true, deterministic: true },
  options,
  create: createFromFile,
});

async function createFromFile(
  dependencies: Dependencies,
  { manifest, ...given }: z.infer<typeof options>,
): Promise<OnnxVictim> {
  const runtime = dependencies.get(graphRuntimeToken);
  const said = manifest === undefined ? {} : await readManifest(manifest);
  const { model: path, labels, ...settings } = { ...said, ...present(given) };
  if (path === undefined) throw modelMissing(manifest);
  const read = async () => importModel(await readModelFile(path), importOptions(settings), path);
  const first = await read();
  const { input, batch, notes } = first;
  const { straightThrough = false } = settings;
  return createOnnxVictim({
    id: 'onnx',
    labels,
    input,
    batch,
    runtime,
    notes: [...notes, ...quantizationNotes(first.model, straightThrough)],
    rules: quantizationRules(straightThrough),
    sampling: samplingOf(settings, input.frames),
    geometry: { shortSide: settings.shortSide ?? usualShortSide(input) },
    model: handOver(first.model, async () => (await read()).model),
  });
}

/** The options that were given: an absent one overrides nothing. */
function present<T extends ModelOptions>(given: T): T {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as T;
}

function modelMissing(manifest: string | undefined): MsanetError {
  return new MsanetError({
    code: 'OPTION_INVALID',
    where: 'victim onnx, option model',
    expected: 'an ONNX file',
    got: manifest === undefined ? 'nothing' : `nothing, and ${manifest} names none either`,
    remedy: 'pass --model file.onnx',
  });
}
