import { defineVictim } from '@msanet/core';
import { graphRuntimeToken } from '@msanet/onnx';
import { z } from 'zod';
import { openTdn } from './open-tdn.js';

const options = z.strictObject({
  checkpoint: z
    .string()
    .min(1)
    .describe("checkpoint of the authors' TDN, or of msanet train (.pth, .pth.tar, .safetensors)"),
  labels: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'class names, in the order of the logits; by default those of the checkpoint, of UCF-101 or of HMDB-51',
    ),
  segments: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe(
      'segments per clip, of five consecutive frames each; by default what the checkpoint says, else 8',
    ),
  inputSize: z
    .int()
    .min(32)
    .max(4096)
    .optional()
    .describe(
      'height and width of a frame, in pixels; by default what the checkpoint says, else 224',
    ),
});

/** The victim plugin `tdn`: TDN on a ResNet-50 or ResNet-101, recognised from its checkpoint. */
export const tdnVictim = defineVictim({
  id: 'tdn',
  summary: 'TDN (Temporal Difference Networks) on a ResNet, from a public checkpoint.',
  source: 'Wang, Tong, Ji and Wu, CVPR 2021, arXiv:2012.10071',
  supports: { inputGradient: true, deterministic: true },
  options,
  create: (dependencies, settings) => openTdn(dependencies.get(graphRuntimeToken), settings),
});
