import { z } from 'zod';
import { maxQueriesOption } from './query-options.js';

/** The options of attacks on a bandit's prior, with the values of the code of both. */
export const banditOptions = {
  maxQueries: maxQueriesOption,
  stepSize: z.number().positive().default(0.025).describe('Length of a step, on values in [0, 1].'),
  exploration: z.number().positive().default(0.1).describe('Weight of the noise beside the prior.'),
  difference: z
    .number()
    .positive()
    .default(0.1)
    .describe('Euclidean length of the finite difference in each frame, on values in [0, 1].'),
  learningRate: z.number().positive().default(0.1).describe('Learning rate of the prior.'),
};
