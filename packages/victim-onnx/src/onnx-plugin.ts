import { defineVictim } from '@msanet/core';
import { graphRuntimeToken, readModelFile } from '@msanet/onnx';
import { z } from 'zod';
import { handOver } from './hand-over.js';
import { importModel } from './import-model.js';
import { createOnnxVictim } from './onnx-victim.js';
import { segmentSampling } from './segment-sampling.js';

const length = z.int().min(1).max(65_536).optional();
const perChannel = z.tuple([z.number(), z.number(), z.number()]);

const options = z
  .strictObject({
    model: z.string().min(1).describe('ONNX file of a classifier of RGB clips'),
    labels: z
      .array(z.string().min(1))
      .optional()
      .describe('class names, in the order of the logits; by default those of UCF-101 or HMDB-51'),
    layout: z
      .enum(['ntchw', 'frames'])
      .optional()
      .describe(
        'ntchw: (batch, frames, 3, height, width); frames: (batch · frames, 3, height, width)',
      ),
    frames: length.describe('frames per clip, where the model leaves them open'),
    height: length.describe('height of a frame in pixels, where the model leaves it open'),
    width: length.describe('width of a frame in pixels, where the model leaves it open'),
    mean: perChannel
      .optional()
      .describe(
        'means of R, G and B in [0, 1] to subtract; none where the model normalises itself',
      ),
    std: perChannel
      .optional()
      .describe('standard deviations to divide by; given together with mean'),
    shortSide: length.describe('pixels of the short side before the centre crop; 8/7 of the input'),
  })
  .refine(({ mean, std }) => (mean === undefined) === (std === undefined), {
    path: ['std'],
    message: 'mean and std together, or neither',
  })
  .refine(({ std }) => std?.every((deviation) => deviation > 0) ?? true, {
    path: ['std'],
    message: 'positive standard deviations',
  });

/** The victim plugin `onnx`: any ONNX file that takes clips of RGB frames and gives one row of logits per clip. */
export const onnxVictim = defineVictim({
  id: 'onnx',
  summary: 'Any ONNX export that takes (batch, frames, 3, height, width) and gives logits.',
  source: 'https://onnx.ai',
  supports: { inputGradient: true, deterministic: true },
  options,
  async create(dependencies, { model: path, labels, mean, std, shortSide, ...size }) {
    const runtime = dependencies.get(graphRuntimeToken);
    const normalization =
      mean === undefined || std === undefined ? undefined : { mean, deviation: std };
    const read = async () =>
      importModel(await readModelFile(path), { ...size, normalization }, path);
    const first = await read();
    const { input, batch } = first;
    return createOnnxVictim({
      id: 'onnx',
      labels,
      input,
      batch,
      runtime,
      sampling: segmentSampling(input.frames),
      geometry: {
        shortSide: shortSide ?? Math.round((Math.max(input.height, input.width) * 256) / 224),
      },
      model: handOver(first.model, async () => (await read()).model),
    });
  },
});
