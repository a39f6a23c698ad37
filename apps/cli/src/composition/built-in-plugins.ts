import { msanetAttack } from '@msanet/attack-msanet';
import { baselines } from '@msanet/baselines';
import type { Plugin } from '@msanet/core';
import { onnxVictim } from '@msanet/victim-onnx';
import { tsmVictim } from '@msanet/victim-tsm';

/** The plugins that come with msanet. */
export const builtInPlugins: readonly Plugin[] = [
  tsmVictim,
  onnxVictim,
  msanetAttack,
  ...baselines,
];
