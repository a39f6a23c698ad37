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
  const refuse = (expected: string, got: number): never => {
    throw new MsanetError({
      code: 'BUDGET_INVALID',
      where: `budget ${budget.norm}`,
      expected,
      got: String(got),
      remedy: 'give epsilon on the [0, 1] scale, such as 8/255',
    });
  };
  if ('epsilon' in budget) {
    const bounded = budget.norm === 'linf' || budget.norm === 'frames';
    const top = bounded ? 1 : Number.MAX_VALUE;
    if (!(budget.epsilon >= 0 && budget.epsilon <= top)) {
      refuse(bounded ? 'an epsilon from 0 to 1' : 'a finite epsilon of at least 0', budget.epsilon);
    }
  }
  if (budget.norm === 'l0' && !(Number.isInteger(budget.pixels) && budget.pixels >= 0)) {
    refuse('a whole number of pixels', budget.pixels);
  }
  if (budget.norm === 'frames' && !(Number.isInteger(budget.frames) && budget.frames >= 0)) {
    refuse('a whole number of frames', budget.frames);
  }
}
