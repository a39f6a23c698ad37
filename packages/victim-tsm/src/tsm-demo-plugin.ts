import { fileURLToPath } from 'node:url';
import { defineVictim } from '@msanet/core';
import { graphRuntimeToken } from '@msanet/onnx';
import { z } from 'zod';
import { openTsm } from './open-tsm.js';

/** The weights that ship with the package, which `msanet train` made. */
export const tsmDemoCheckpoint = fileURLToPath(
  new URL('../weights/tsm-demo.safetensors', import.meta.url),
);

/**
 * The victim plugin `tsm-demo`: a small TSM that recognises the actions of the procedural data set demo-actions. It is
 * built by the same code as the full TSM; the model card in the package says how it was trained and how well it does.
 */
export const tsmDemoVictim = defineVictim({
  id: 'tsm-demo',
  summary: 'A small TSM with its weights, trained on demo-actions.',
  supports: { inputGradient: true, deterministic: true },
  options: z.strictObject({}),
  create: (dependencies) =>
    openTsm(dependencies.get(graphRuntimeToken), {
      id: 'tsm-demo',
      checkpoint: tsmDemoCheckpoint,
    }),
});
