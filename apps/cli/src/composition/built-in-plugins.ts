import { msanetAttack } from '@msanet/attack-msanet';
import type { Plugin } from '@msanet/core';
import { onnxVictim } from '@msanet/victim-onnx';
import { tsmVictim } from '@msanet/victim-tsm';

/** The plugins that come with msanet. */
export const builtInPlugins: readonly Plugin[] = [
  tsmVictim,
  onnxVictim,
  msanetAttack,
];
