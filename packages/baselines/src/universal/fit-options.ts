import { MsanetError, type Budget } from '@msanet/core';
import { z } from 'zod';

/** The options of universal attacks that go through clips in batches. */
export const batchOptions = {
  epochs: z.int().min(1).default(10).describe('How often the clips are gone through.'),
  batch: z.int().min(1).default(8).describe('Clips per step.'),
};

/**
 * The radius of a budget that has one.
 *
 * @throws MsanetError `CAPABILITY_MISSING`
 */
export function fitRadius(budget: Budget): number {
  if ('epsilon' in budget) return budget.epsilon;
  throw new MsanetError({
    code: 'CAPABILITY_MISSING',
    where: 'universal perturbation',
    expected: 'a budget with a radius',
    got: budget.norm,
    remedy: 'choose another norm',
  });
}
