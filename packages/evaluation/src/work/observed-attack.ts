import { copyClips, type Attack, type ClipBatch } from '@msanet/core';

/** An attack whose last answer is kept. */
export interface ObservedAttack {
  readonly attack: Attack;
  /** What it returned last, before anything was made of it; `undefined` when it was stopped or did not run. */
  readonly returned: () => ClipBatch | undefined;
}

/** Keeps what an attack returns: `runAttack` gives only what it makes of it. */
export function observedAttack(attack: Attack): ObservedAttack {
  let returned: ClipBatch | undefined;
  return {
    returned: () => returned,
    attack: {
      id: attack.id,
      requires: attack.requires,
      async perturb(context) {
        returned = undefined;
        const result = await attack.perturb(context);
        if (result?.data instanceof Float32Array) returned = copyClips(result);
        return result;
      },
    },
  };
}
