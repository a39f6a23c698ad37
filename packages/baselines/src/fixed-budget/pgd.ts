import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { gradientAscent } from '../gradient-ascent.js';
import { gradientSlope } from '../slope.js';
import { defaultQuantile } from '../steepest-step.js';
import { earlyStopOption, pathInRadii, radiusOf, stepOptions } from './iterative-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2', 'l1'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Projected gradient descent on the negative loss: p ← Π(p + α · sign(∇L(p))) from a random point of the ball (Madry et
 * al., ICLR 2018, section 2.1); in `l2` with the normalised gradient in place of its sign; in `l1` with the sparse step of
 * SLIDE (Tramèr & Boneh, NeurIPS 2019, section 3.1), because a dense step of that norm is too thin for 8 bits.
 *
 * White box. Norms `linf`, `l2` and `l1`; untargeted and targeted. A step costs one gradient query per clip; with
 * `earlyStop`, one forward query more whenever an iterate is adversarial, to see whether its 8-bit version is.
 *
 * Ten steps from a random start are the defaults of torchattacks. The default step size 2.5 · ε / steps is that of Madry et
 * al. where they vary ε, and for ε = 8/255 and ten steps the 2/255 of torchattacks.
 */
export const pgd = defineAttack({
  id: 'pgd',
  summary: 'Projected gradient steps from a random point of the ball.',
  source:
    'A. Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018; l1: F. Tramèr, D. Boneh, Adversarial Training and Robustness for Multiple Perturbations, NeurIPS 2019',
  requires,
  options: z.strictObject({
    ...stepOptions('2.5 · epsilon / steps'),
    randomStart: z
      .boolean()
      .default(true)
      .describe('Whether it starts at a random point of the ball instead of the clean clip.'),
    restarts: z
      .int()
      .min(1)
      .default(1)
      .describe('How often it starts; the result with the highest margin is kept.'),
    earlyStop: earlyStopOption.default(true),
    quantile: z
      .number()
      .min(0)
      .lt(1)
      .default(defaultQuantile)
      .describe('Share of the values that a step leaves alone, in l1.'),
  }),
  create: (_, { loss, stepSize, ...options }) => ({
    id: 'pgd',
    requires,
    async perturb(context) {
      return gradientAscent(context, gradientSlope(context, { kind: loss }), {
        ...options,
        stepSize: stepSize ?? (pathInRadii * radiusOf(context)) / options.steps,
      });
    },
  }),
});
