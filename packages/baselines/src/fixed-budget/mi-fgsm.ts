import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { gradientSlope } from '../slope.js';
import { velocitiesOf, withMomentum } from './momentum.js';
import {
  decayOption,
  normalizationOption,
  transferAscent,
  transferOptions,
} from './transfer-ascent.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * The momentum iterative method: v ← μ · v + ∇L(p) / mean |∇L(p)|, p ← clamp(p + α · sign(v)) (Dong et al., CVPR 2018,
 * algorithm 1, eq. 6 and 7); in `l2` p ← Π(p + α · v / ‖v‖₂) (section 3.3).
 *
 * White box, made for transfer. Norms `linf` and `l2`; untargeted and targeted. A step costs one gradient query per clip.
 * Gradients are normalised over the whole clip, as over the whole image in the paper, or frame by frame, as in the video
 * attacks of Wei et al. (AAAI 2022).
 *
 * Ten steps of ε / 10 with μ = 1 are the paper's.
 */
export const miFgsm = defineAttack({
  id: 'mi-fgsm',
  summary: 'Steps along gradients that are accumulated with momentum.',
  source: 'Y. Dong et al., Boosting Adversarial Attacks with Momentum, CVPR 2018',
  requires,
  options: z.strictObject({
    ...transferOptions,
    decay: decayOption.default(1),
    normalization: normalizationOption,
  }),
  create: (_, { loss, ...options }) => ({
    id: 'mi-fgsm',
    requires,
    async perturb(context) {
      const gradient = gradientSlope(context, { kind: loss });
      const slope = withMomentum(gradient, velocitiesOf(context.clips), options);
      return transferAscent(context, slope, options);
    },
  }),
});
