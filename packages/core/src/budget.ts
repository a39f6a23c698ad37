import { MsanetError } from '@msanet/tensor';

/**
 * How much of a clip may change. Perturbations are measured on values in [0, 1], over a whole clip.
 *
 * - `linf`: no value moves by more than `epsilon` (0 … 1; 8/255 is eight 8-bit levels).
 * - `l2`: the Euclidean norm of the perturbation is at most `epsilon`.
 * - `l1`: the sum of its absolute values is at most `epsilon`.
 * - `l0`: at most `pixels` pixels change, in any of their channels.
 * - `frames`: at most `frames` frames change, each value by at most `epsilon`.
 */
export type Budget =
  | { readonly norm: 'linf'; readonly epsilon: number }
  | { readonly norm: 'l2'; readonly epsilon: number }
  | { readonly norm: 'l1'; readonly epsilon: number }
  | { readonly norm: 'l0'; readonly pixels: number }
  | { readonly norm: 'frames'; readonly frames: number; readonly epsilon: number };

/** The ways of measuring a perturbation that a budget can bound. */
export type Norm = Budget['norm'];

/** Every norm. */
export const norms: readonly Norm[] = ['linf', 'l2', 'l1', 'l0', 'frames'];

/** Whether the budget allows no change at all. */
export function isZeroBudget(budget: Budget): boolean {
  switch (budget.norm) {
    case 'l0':
      return budget.pixels === 0;
    case 'frames':
      return budget.frames === 0 || budget.epsilon === 0;
    default:
      return budget.epsilon === 0;
  }
}

/**
 * Checks a budget's domain.
 *
 * @throws MsanetError `BUDGET_INVALID`
 */
export function checkBudget(budget: Budget): void {
  const refuse = (expected: string, got: unknown, remedy: string): never => {
    throw new MsanetError({
      code: 'BUDGET_INVALID',
      where: `budget ${budget.norm}`,
      expected,
      got: String(got),
      remedy,
    });
  };
  const checkEpsilon = (epsilon: number, top: number, expected: string): void => {
    if (epsilon >= 0 && epsilon <= top) return;
    refuse(expected, epsilon, 'give it on the [0, 1] scale, such as 8/255');
  };
  const checkCount = (count: number, what: string): void => {
    if (Number.isInteger(count) && count >= 0) return;
    refuse(`a whole number of ${what}`, count, 'give 0 or more');
  };
  switch (budget.norm) {
    case 'linf':
      checkEpsilon(budget.epsilon, 1, 'an epsilon from 0 to 1');
      return;
    case 'l2':
    case 'l1':
      checkEpsilon(budget.epsilon, Number.MAX_VALUE, 'a finite epsilon of at least 0');
      return;
    case 'l0':
      checkCount(budget.pixels, 'pixels');
      return;
    case 'frames':
      checkCount(budget.frames, 'frames');
      checkEpsilon(budget.epsilon, 1, 'an epsilon from 0 to 1');
      return;
    default:
      refuse(`a norm of ${norms.join(', ')}`, (budget as Budget).norm, 'choose one of them');
  }
}
