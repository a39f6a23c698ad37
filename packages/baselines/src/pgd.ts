import { defineAttack } from '@msanet/core';
import { z } from 'zod';
import { lossFormOf, lossOption } from './loss-option.js';
import { projectedAscent } from './projected-ascent.js';

const requires = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
} as const;

const options = z.strictObject({
  steps: z.int().min(1).default(10).describe('gradient calls per clip and start'),
  stepSize: z
    .number()
    .positive()
    .optional()
    .describe('length of a step on the [0, 1] scale; by default 2.5 · ε / steps'),
  randomStart: z.boolean().default(true).describe('whether to start at a random point of the ball'),
  restarts: z.int().min(1).default(1).describe('starts in all'),
  loss: lossOption,
  earlyStop: z
    .boolean()
    .default(true)
    .describe('stop a clip once its 8-bit version is adversarial; false runs every step'),
});

/**
 * PGD: projected gradient ascent in a ball, from a random start.
 *
 * Madry et al., "Towards Deep Learning Models Resistant to Adversarial Attacks", ICLR 2018, section 2.1; the step
 * 2.5 · ε / steps is theirs (appendix of the challenge), and is 2/255 for 10 steps of 8/255. In L2 the gradient is
 * normalised over the whole clip. White box; one gradient call per step, and one query per adversarial float iterate.
 */
export const pgdAttack = defineAttack<z.infer<typeof options>>({
  id: 'pgd',
  summary: 'projected gradient ascent from a random start',
  source: 'Madry et al., ICLR 2018, arXiv:1706.06083',
  requires,
  options,
  create: (_, { loss, stepSize, ...plan }) => ({
    id: 'pgd',
    requires,
    perturb: (context) =>
      projectedAscent(context, {
        ...plan,
        stepSize: (epsilon) => stepSize ?? (2.5 * epsilon) / plan.steps,
        loss: lossFormOf(loss),
      }),
  }),
});
