import type { AttackContext } from '@msanet/core';
import { z } from 'zod';
import { lossOption } from '../loss-option.js';

/**
 * The options of every iterative attack: what is ascended, and in how many steps of which length.
 *
 * @param stepSize the default step size, in words
 */
export function stepOptions(stepSize: string) {
  return {
    loss: lossOption,
    steps: z.int().min(1).default(10).describe('Gradient steps.'),
    stepSize: z
      .number()
      .positive()
      .optional()
      .describe(`Length of a step, in the unit of epsilon; ${stepSize} where not given.`),
  };
}

/** The option that says when a clip is done. */
export const earlyStopOption = z
  .boolean()
  .describe('Whether a clip is dropped once its 8-bit version is adversarial.');

/** The length of all steps together, in radii of the ball, that Madry et al. (ICLR 2018) use where they vary ε. */
export const pathInRadii = 2.5;

/** The radius of the budget's ball; 0 for budgets that are none. */
export function radiusOf({ budget }: AttackContext): number {
  return 'epsilon' in budget ? budget.epsilon : 0;
}
