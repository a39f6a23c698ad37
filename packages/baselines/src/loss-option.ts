import { z } from 'zod';

/** The option of every gradient attack that says which loss is ascended; for targets each has its targeted form. */
export const lossOption = z
  .enum(['cross-entropy', 'margin', 'dlr'])
  .default('cross-entropy')
  .describe(
    'What is ascended: cross-entropy, margin of the logits, or difference of logits ratio.',
  );
