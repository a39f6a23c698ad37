import { clipSize, defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { diverseSlope, drawTransforms } from './input-diversity.js';
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
 * Diverse inputs: BIM (or MI-FGSM, with a decay) on the loss of clips that are shrunk and padded at random at every step,
 * p ← clamp(p + α · sign(∇L(T(p)))) (Xie et al., CVPR 2019, section 3.3, eq. 4 and 5).
 *
 * White box, made for transfer. Norms `linf` and `l2`; untargeted and targeted. A step costs one gradient query per clip.
 * With probability p a clip is shrunk bilinearly, all frames alike unless each is to have a transform of its own, and
 * placed at random in black. The paper enlarges the input of its victim; video victims take one size, so the frame shrinks
 * in it, as in torchattacks. With `earlyStop`, an adversarial transformed clip is the sign to ask about the iterate.
 *
 * p = 0.5 is the paper's, and so is the smallest width of 0.9, rounded from 299 / 330; ten steps of ε / 10 are those of the
 * video attacks of Wei et al. (AAAI 2022).
 */
export const diFgsm = defineAttack({
  id: 'di-fgsm',
  summary: 'Steps along gradients of randomly shrunken and padded clips (diverse inputs).',
  source:
    'C. Xie et al., Improving Transferability of Adversarial Examples with Input Diversity, CVPR 2019',
  requires,
  options: z.strictObject({
    ...transferOptions,
    decay: decayOption.default(0),
    normalization: normalizationOption,
    probability: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('Chance that a clip is transformed at a step.'),
    resizeRate: z
      .number()
      .positive()
      .max(1)
      .default(0.9)
      .describe('Smallest width of a shrunken frame, as a share of the full one.'),
    perFrame: z
      .boolean()
      .default(false)
      .describe('Whether each frame gets a transform of its own.'),
  }),
  create: (_, { loss, ...options }) => ({
    id: 'di-fgsm',
    requires,
    async perturb(context) {
      const size = clipSize(context.clips);
      const diverse = diverseSlope(context, { kind: loss }, (clip) =>
        drawTransforms(context.random(clip), size, options),
      );
      const slope = withMomentum(diverse, velocitiesOf(context.clips), options);
      return transferAscent(context, slope, options);
    },
  }),
});
