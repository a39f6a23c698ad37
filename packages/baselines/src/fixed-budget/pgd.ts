import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { gradientAscent } from '../gradient-ascent.js';
import { lossOption } from '../loss-option.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/** The length of all steps together, in radii of the ball, that Madry et al. use where none is given. */
const pathInRadii = 2.5;

/**
 * Projected gradient descent on the negative loss: p ← Π(p + α · sign(∇L(p))) from a random point of the ball (Madry et
 * al., ICLR 2018, section 2.1); in `l2` with the normalised gradient in place of its sign.
 *
 * White box. Norms `linf` and `l2`; untargeted and targeted. A step costs one gradient query per clip; with `earlyStop`,
 * one forward query more whenever an iterate is adversarial, to see whether its 8-bit version is.
 *
 * Ten steps from a random start are the defaults of torchattacks. The default step size 2.5 · ε / steps is that of Madry et
 * al. where they vary ε, and for ε = 8/255 and ten steps the 2/255 of torchattacks.
 */
export const pgd = defineAttack({
  id: 'pgd',
  summary: 'Projected gradient steps from a random point of the ball.',
  source:
    'A. Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018',
  requires,
  options: z.strictObject({
    loss: lossOption,
    steps: z.int().min(1).default(10).describe('Gradient steps per start.'),
    stepSize: z
      .number()
      .positive()
      .optional()
      .describe('Length of a step, in the unit of epsilon; 2.5 · epsilon / steps where not given.'),
    randomStart: z
      .boolean()
      .default(true)
      .describe('Whether it starts at a random point of the ball instead of the clean clip.'),
    restarts: z
      .int()
      .min(1)
      .default(1)
      .describe('How often it starts; the result with the highest margin is kept.'),
    earlyStop: z
      .boolean()
      .default(true)
      .describe('Whether a clip is dropped once its 8-bit version is adversarial.'),
  }),
  create: (_, { loss, stepSize, ...options }) => ({
    id: 'pgd',
    requires,
    async perturb(context) {
      const { budget } = context;
      const radius = 'epsilon' in budget ? budget.epsilon : 0;
      return gradientAscent(context, {
        ...options,
        loss: { kind: loss },
        stepSize: stepSize ?? (pathInRadii * radius) / options.steps,
      });
    },
  }),
});
