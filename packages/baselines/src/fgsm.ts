import { defineAttack } from '@msanet/core';
import { z } from 'zod';
import { lossFormOf, lossOption } from './loss-option.js';
import { projectedAscent } from './projected-ascent.js';

const requires = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
} as const;

const options = z.strictObject({ loss: lossOption });

/**
 * FGSM: one step of the whole radius along the sign of the gradient (L∞), or along the gradient (L2).
 *
 * Goodfellow, Shlens and Szegedy, "Explaining and Harnessing Adversarial Examples", ICLR 2015, section 4. White box; one
 * gradient call per clip.
 */
export const fgsmAttack = defineAttack<z.infer<typeof options>>({
  id: 'fgsm',
  summary: 'fast gradient sign method: one step of the whole radius',
  source: 'Goodfellow, Shlens and Szegedy, ICLR 2015, arXiv:1412.6572',
  requires,
  options,
  create: (_, { loss }) => ({
    id: 'fgsm',
    requires,
    perturb: (context) =>
      projectedAscent(context, {
        steps: 1,
        stepSize: (epsilon) => epsilon,
        randomStart: false,
        restarts: 1,
        loss: lossFormOf(loss),
        earlyStop: false,
      }),
  }),
});
