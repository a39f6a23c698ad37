import { isZeroBudget, type Budget } from '@msanet/core';
import type { Warning } from '../records/warning.js';

/** An adversarial clip that equals the clean one although the budget allowed a change. */
export function checkChange(
  clean: Float32Array,
  adversarial: Float32Array,
  budget: Budget,
): Warning | undefined {
  if (isZeroBudget(budget) || clean.some((value, index) => value !== adversarial[index])) {
    return undefined;
  }
  return {
    check: 'unchanged',
    message: 'The adversarial clip is the clean clip: the attack changed nothing.',
  };
}

/** A success that is gone once the clip is rounded to 8 bits, as every stored video is. */
export function checkRounding(
  unrounded: { readonly success: boolean },
  rounded: { readonly success: boolean },
): Warning | undefined {
  if (!unrounded.success || rounded.success) return undefined;
  return {
    check: 'lost-by-rounding',
    message: 'The attack succeeded before its clip was rounded to 8 bits, and not after.',
  };
}
