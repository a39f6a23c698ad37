import type { ClipSize, FrameSampling } from '@msanet/core';
import { z } from 'zod';
import { clipLayouts } from './clip-layout.js';
import { denseSampling } from './dense-sampling.js';
import type { ImportOptions } from './import-model.js';
import { segmentSampling } from './segment-sampling.js';
import { uniformSampling } from './uniform-sampling.js';
import { rangeNormalization, valueRanges } from './value-range.js';

const length = z.int().min(1).max(65_536).optional();
/** Numbers, or texts of numbers as a command line gives them. */
const amount = z.union([z.number(), z.string().regex(/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i)]);
const perChannel = z.tuple([amount, amount, amount]);

/** What is said of a model beside its file: by a manifest, or as options of the victim. */
export const modelOptionFields = {
  layout: z
    .enum(clipLayouts)
    .optional()
    .describe(
      'order of the axes: ntchw, ncthw, nthwc, frames (batch · frames, 3, height, width) or channels (batch, frames · 3, height, width)',
    ),
  batch: length.describe('clips per run, where the model leaves them open; 1 by default'),
  frames: length.describe('frames per clip, where the model leaves them open'),
  height: length.describe('height of a frame in pixels, where the model leaves it open'),
  width: length.describe('width of a frame in pixels, where the model leaves it open'),
  output: z.string().min(1).optional().describe('the output with the scores, if there are several'),
  range: z
    .enum(valueRanges)
    .optional()
    .describe('what black and white are before normalisation; 0..1 by default'),
  mean: perChannel
    .optional()
    .describe('means of R, G and B in that range to subtract; none if the model normalises itself'),
  std: perChannel.optional().describe('standard deviations to divide by; given together with mean'),
  sampling: z
    .enum(['segments', 'uniform', 'dense'])
    .optional()
    .describe(
      'frames of a video: the middle of equal segments (default), spread from first to last, or stride apart from the middle',
    ),
  stride: length.describe('frames from one to the next, for dense sampling; 1 by default'),
  shortSide: length.describe('pixels of the short side before the centre crop; 8/7 of the input'),
  straightThrough: z
    .boolean()
    .optional()
    .describe(
      'whether gradients of a quantised model pass straight through its rounding; false by default, which refuses them',
    ),
};

/** What is said of a model, checked field by field. */
export type ModelOptions = z.infer<z.ZodObject<typeof modelOptionFields>>;

/** Rules between the fields, for `.check` of a schema that has them all. */
export function checkModelOptions(context: z.core.ParsePayload<ModelOptions>): void {
  const { mean, std, sampling, stride } = context.value;
  const refuse = (path: keyof ModelOptions, message: string): void => {
    context.issues.push({ code: 'custom', path: [path], message, input: context.value[path] });
  };
  if ((mean === undefined) !== (std === undefined)) {
    refuse('std', 'mean and std together, or neither');
  }
  if (std?.some((deviation) => Number(deviation) <= 0) === true) {
    refuse('std', 'positive standard deviations');
  }
  if (stride !== undefined && sampling !== 'dense') refuse('stride', 'a stride only for dense');
}

/** The options of `importModel`. */
export function importOptions(options: ModelOptions): ImportOptions {
  const { layout, batch, frames, height, width, output, range, mean, std } = options;
  const normalization =
    mean === undefined || std === undefined
      ? undefined
      : { mean: numbers(mean), deviation: numbers(std) };
  return {
    layout,
    batch,
    frames,
    height,
    width,
    output,
    normalization: rangeNormalization(range, normalization),
  };
}

/** The sampling of frames. */
export function samplingOf(options: ModelOptions, frames: number): FrameSampling {
  switch (options.sampling) {
    case 'uniform':
      return uniformSampling(frames);
    case 'dense':
      return denseSampling(frames, options.stride);
    case 'segments':
    case undefined:
      return segmentSampling(frames);
  }
}

/** The short side that goes with a crop: 256 pixels for 224, as most networks are tested. */
export function usualShortSide({ height, width }: ClipSize): number {
  return Math.round((Math.max(height, width) * 256) / 224);
}

function numbers([r, g, b]: NonNullable<ModelOptions['mean']>): [number, number, number] {
  return [Number(r), Number(g), Number(b)];
}
