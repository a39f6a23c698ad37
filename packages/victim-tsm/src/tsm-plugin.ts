import { defineVictim } from '@msanet/core';
import { graphRuntimeToken } from '@msanet/onnx';
import { z } from 'zod';
import { openTsm } from './open-tsm.js';

const options = z.strictObject({
  checkpoint: z
    .string()
    .min(1)
    .describe(
      'checkpoint of TSM, from the authors, MMAction2 or msanet train (.pth, .pth.tar, .safetensors)',
    ),
  labels: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'class names, in the order of the logits; by default those of the checkpoint, of UCF-101 or of HMDB-51',
    ),
  segments: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe('frames per clip; by default what the checkpoint says, else 8'),
  shiftDivisor: z
    .int()
    .min(2)
    .optional()
    .describe('one part in this many of the channels moves each way; by default likewise'),
  inputSize: z
    .int()
    .min(32)
    .max(4096)
    .optional()
    .describe(
      'height and width of a frame, in pixels; by default what the checkpoint says, else 224',
    ),
});

/** The victim plugin `tsm`: TSM on ResNet-18, 34, 50, 101 or MobileNetV2, recognised from its checkpoint. */
export const tsmVictim = defineVictim({
  id: 'tsm',
  summary: 'TSM (Temporal Shift Module) on a ResNet or MobileNetV2, from a public checkpoint.',
  source: 'Lin, Gan and Han, ICCV 2019, arXiv:1811.08383',
  supports: { inputGradient: true, deterministic: true },
  options,
  create: (dependencies, settings) => openTsm(dependencies.get(graphRuntimeToken), settings),
});
