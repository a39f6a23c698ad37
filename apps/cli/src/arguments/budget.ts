import { MsanetError, checkBudget, type Budget } from '@msanet/core';
import { parseNumber } from './number.js';

const choices = ['linf', 'l2', 'l1'] as const;

/** The default radius, by norm: the usual 8/255, and L2 and L1 radii of similar strength on a clip of 8×224×224. */
const defaultEpsilon = { linf: '8/255', l2: '10', l1: '2000' } as const;

/**
 * The budget that `--norm` and `--epsilon` describe.
 *
 * @throws MsanetError `OPTION_INVALID` or `BUDGET_INVALID`
 */
export function parseBudget(norm: string, epsilon: string | undefined): Budget {
  const known = choices.find((choice) => choice === norm);
  if (known === undefined) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: '--norm',
      expected: choices.join(', '),
      got: norm,
      remedy: 'choose one of them',
    });
  }
  const budget: Budget = {
    norm: known,
    epsilon: parseNumber(epsilon ?? defaultEpsilon[known], '--epsilon'),
  };
  checkBudget(budget);
  return budget;
}
