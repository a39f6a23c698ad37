import { fileURLToPath } from 'node:url';
import { defineVictim } from '@msanet/core';
import { graphRuntimeToken } from '@msanet/onnx';
import { z } from 'zod';
import { openTdn } from './open-tdn.js';

/** The weights that ship with the package, which `msanet train` made. */
export const tdnDemoCheckpoint = fileURLToPath(
  new URL('../weights/tdn-demo.safetensors', import.meta.url),
);

/**
 * The victim plugin `tdn-demo`: a small TDN that recognises the actions of the procedural data set demo-actions. It is
 * built by the same code as the full TDN; the model card in the package says how it was trained and how well it does.
 */
export const tdnDemoVictim = defineVictim({
  id: 'tdn-demo',
  summary: 'A small TDN with its weights, trained on demo-actions.',
  supports: { inputGradient: true, deterministic: true },
  options: z.strictObject({}),
  create: (dependencies) =>
    openTdn(dependencies.get(graphRuntimeToken), {
      id: 'tdn-demo',
      checkpoint: tdnDemoCheckpoint,
    }),
});
