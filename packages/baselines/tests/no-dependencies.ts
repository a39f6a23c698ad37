import type { Dependencies } from '@msanet/core';

/** Provides nothing: the baselines need nothing. */
export const noDependencies: Dependencies = {
  get: (token) => {
    throw new Error(`${String(token)} was asked for`);
  },
};
