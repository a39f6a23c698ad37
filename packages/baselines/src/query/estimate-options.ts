import { z } from 'zod';

/**
 * The options of attacks that estimate gradients.
 *
 * @param samples questions per estimate by default
 * @param radius how far from the point they lie by default
 */
export function estimateOptions(samples: number, radius: number) {
  return {
    samples: z
      .int()
      .min(2)
      .multipleOf(2)
      .default(samples)
      .describe('Queries per estimated gradient, in pairs of opposite samples.'),
    radius: z
      .number()
      .positive()
      .default(radius)
      .describe('How far from the clip the samples lie, on values in [0, 1].'),
  };
}
