import { msanetAttack } from '@msanet/attack-msanet';
import { baselines } from '@msanet/baselines';
import type { Plugin } from '@msanet/core';
import { onnxVictim } from '@msanet/victim-onnx';
import { tdnDemoVictim, tdnVictim } from '@msanet/victim-tdn';
import { tsmDemoVictim, tsmVictim } from '@msanet/victim-tsm';

/** The plugins that come with msanet. */
export const builtInPlugins: readonly Plugin[] = [
  tsmVictim,
  tdnVictim,
  tsmDemoVictim,
  tdnDemoVictim,
  onnxVictim,
  msanetAttack,
  ...baselines,
];
