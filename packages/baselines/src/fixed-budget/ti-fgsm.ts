import { clipSize, defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { gradientSlope } from '../slope.js';
import { kernelWeights, smoothedSlope } from './gradient-kernel.js';
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

const kernelLength = z
  .int()
  .min(1)
  .refine((length) => length % 2 === 1, 'an odd number');

/**
 * Translation-invariant steps: BIM along the smoothed gradient, p ← clamp(p + α · sign(W ∗ ∇L(p))), which stands for the
 * mean gradient of shifted clips (Dong et al., CVPR 2019, section 3.2, eq. 7 and 8). With a `decay` it is their TI-MI-FGSM,
 * with a `diversity` as well their TI-DIM.
 *
 * White box, made for transfer. Norms `linf` and `l2`; untargeted and targeted. A step costs one gradient query per clip.
 * The kernel works in each frame and channel (2D), or over neighbouring frames as well where `temporalKernel` is more than
 * 1 (3D, as in the video attacks of Wei et al., CVPR 2022). A kernel of 1 in all directions makes it BIM.
 *
 * The normal kernel of 15 × 15 and ten steps of ε / 10 are the paper's.
 */
export const tiFgsm = defineAttack({
  id: 'ti-fgsm',
  summary:
    'Steps along gradients that are smoothed in space, or space and time (translation-invariant).',
  source:
    'Y. Dong et al., Evading Defenses to Transferable Adversarial Examples by Translation-Invariant Attacks, CVPR 2019',
  requires,
  options: z.strictObject({
    ...transferOptions,
    decay: decayOption.default(0),
    normalization: normalizationOption,
    kernel: z
      .enum(['gaussian', 'linear', 'uniform'])
      .default('gaussian')
      .describe('Shape of the kernel that smooths the gradient.'),
    spatialKernel: kernelLength
      .default(15)
      .describe('Height and width of the kernel in pixels, an odd number.'),
    temporalKernel: kernelLength
      .default(1)
      .describe('Length of the kernel in frames, an odd number; 1 for a 2D kernel.'),
    diversity: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('Chance that a clip is shrunk and padded at a step, as in di-fgsm.'),
  }),
  create: (_, { loss: kind, kernel, spatialKernel, temporalKernel, diversity, ...options }) => ({
    id: 'ti-fgsm',
    requires,
    async perturb(context) {
      const { clips, random } = context;
      const size = clipSize(clips);
      const draws = { probability: diversity, resizeRate: 0.9, perFrame: false };
      const gradient =
        diversity === 0
          ? gradientSlope(context, { kind })
          : diverseSlope(context, { kind }, (clip) => drawTransforms(random(clip), size, draws));
      const inSpace = kernelWeights(kernel, spatialKernel);
      const smoothed = smoothedSlope(gradient, clips, {
        frames: kernelWeights(kernel, temporalKernel),
        height: inSpace,
        width: inSpace,
      });
      return transferAscent(context, withMomentum(smoothed, velocitiesOf(clips), options), options);
    },
  }),
});
