import { defineAttack } from '@msanet/core';
import { graphRuntimeToken } from '@msanet/onnx';
import { MultigranularAttention } from './attention/multigranular-attention.js';
import { msanet } from './msanet.js';
import { msanetOptions, type MsanetOptions } from './options.js';

/** The `msanet` attack plugin. It runs its attention on the graph runtime that the application provides. */
export const msanetAttack = defineAttack<MsanetOptions>({
  id: 'msanet',
  summary: 'multigranular spatiotemporal attention, alternated with PGD',
  source: 'Wu et al., IEEE Internet of Things Journal 10(20), 2023',
  requires: {
    inputGradient: true,
    norms: ['linf'],
    criteria: ['misclassification', 'targeted'],
  },
  options: msanetOptions,
  create(dependencies, options) {
    if (!options.attention) return msanet(undefined, options);
    const runtime = dependencies.get(graphRuntimeToken);
    return msanet(new MultigranularAttention(runtime, options), options);
  },
});
