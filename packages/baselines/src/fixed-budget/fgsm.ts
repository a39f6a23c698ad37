import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { gradientAscent } from '../gradient-ascent.js';
import { lossOption } from '../loss-option.js';
import { gradientSlope } from '../slope.js';
import { radiusOf } from './iterative-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * The fast gradient sign method: one step of full length, p = x + ε · sign(∇L(x)) (Goodfellow et al., ICLR 2015, section
 * 4); in `l2` the fast gradient method, p = x + ε · ∇L(x) / ‖∇L(x)‖₂ (Miyato et al., 2017).
 *
 * White box: one gradient query per clip. Norms `linf` and `l2`; untargeted and targeted.
 */
export const fgsm = defineAttack({
  id: 'fgsm',
  summary: 'One gradient step of full length (fast gradient sign method).',
  source:
    'I. Goodfellow, J. Shlens, C. Szegedy, Explaining and Harnessing Adversarial Examples, ICLR 2015',
  requires,
  options: z.strictObject({ loss: lossOption }),
  create: (_, { loss }) => ({
    id: 'fgsm',
    requires,
    async perturb(context) {
      return gradientAscent(context, gradientSlope(context, { kind: loss }), {
        steps: 1,
        stepSize: radiusOf(context),
        randomStart: false,
        restarts: 1,
        earlyStop: false,
      });
    },
  }),
});
