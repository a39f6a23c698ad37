import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { gradientAscent } from '../gradient-ascent.js';
import { gradientSlope } from '../slope.js';
import { earlyStopOption, pathInRadii, radiusOf, stepOptions } from './iterative-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * The basic iterative method, also called I-FGSM: p ← clamp(p + α · sign(∇L(p))) from the clean clip (Kurakin et al., ICLR
 * 2017 workshop, section 2.2); in `l2` with the normalised gradient in place of its sign.
 *
 * White box. Norms `linf` and `l2`; untargeted and targeted. A step costs one gradient query per clip; with `earlyStop`, one
 * forward query more whenever an iterate is adversarial, to see whether its 8-bit version is.
 *
 * Ten steps are the default of torchattacks and foolbox. The default step size is that of `pgd`, for ε = 8/255 the 2/255 of
 * torchattacks, so that the two differ by the start alone.
 */
export const bim = defineAttack({
  id: 'bim',
  summary: 'Projected gradient steps from the clean clip (basic iterative method).',
  source:
    'A. Kurakin, I. Goodfellow, S. Bengio, Adversarial Examples in the Physical World, ICLR 2017 workshop',
  requires,
  options: z.strictObject({
    ...stepOptions('2.5 · epsilon / steps'),
    earlyStop: earlyStopOption.default(true),
  }),
  create: (_, { loss, steps, stepSize, earlyStop }) => ({
    id: 'bim',
    requires,
    async perturb(context) {
      return gradientAscent(context, gradientSlope(context, { kind: loss }), {
        steps,
        stepSize: stepSize ?? (pathInRadii * radiusOf(context)) / steps,
        randomStart: false,
        restarts: 1,
        earlyStop,
      });
    },
  }),
});
