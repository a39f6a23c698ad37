import { clipSize, defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { searchEach } from '../smallest-perturbation/search-each.js';
import { chooseFrames, frameLimit } from './frame-choice.js';
import { frameNormSum, frameNormSumBetween } from './frame-norm-sum.js';
import { FrameValues, frameLength } from './frame-values.js';
import { descendOnFrames } from './framewise-descent.js';
import { descentOptions, earlyStopOption, roundedOption } from './video-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'frames'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Sparse adversarial perturbations: Adam minimises λ · ‖M ⊙ δ‖₂,₁ − log(1 − p_label) for a fixed temporal mask M, or
 * −log p_target with a target (Wei et al., AAAI 2019, eq. 3 and 4). The l2,1 norm is the sum over frames of the root mean
 * square.
 *
 * White box. Norms `linf` and `frames`, which bound what the norm only keeps small; untargeted and targeted. A step costs
 * one gradient query, the choice of frames by saliency one more, the last point one forward query. What is returned is
 * the adversarial version with the smallest l2,1 norm that was met, or with `earlyStop` the first.
 *
 * λ = 1, step size 0.001, 100 steps, a start of 0.01 of 255 and the end at changes of the loss below 1e-5 are those of the
 * authors' code, and so is a quarter of the frames, 10 of 40. Two of its quirks are not followed: the first frame is changed
 * only where the mask says so, and δ itself is clamped, so that pixels at an edge of the range stay in play.
 */
export const sparse = defineAttack({
  id: 'sparse',
  summary: 'Few frames, with a small l2,1 norm: adversarial loss and norm minimised together.',
  source: 'X. Wei et al., Sparse Adversarial Perturbations for Videos, AAAI 2019',
  requires,
  options: z.strictObject({
    ...descentOptions,
    frameCount: z
      .int()
      .min(1)
      .optional()
      .describe('Frames that may change; a quarter of them, or the budget’s, where not given.'),
    mask: z
      .enum(['first', 'even', 'saliency'])
      .default('first')
      .describe('Which: the first, evenly spaced ones, or those with the largest gradients.'),
    earlyStop: earlyStopOption.default(false),
    rounded: roundedOption,
  }),
  create: (_, { frameCount, mask, rounded, earlyStop, ...options }) => ({
    id: 'sparse',
    requires,
    perturb: (context) => {
      const { budget } = context;
      const size = clipSize(context.clips);
      const length = frameLength(size);
      const usual = budget.norm === 'frames' ? size.frames : Math.ceil(size.frames / 4);
      const count = Math.min(frameCount ?? usual, frameLimit(budget, size));
      const plan = {
        questions: options.steps + 1 + (mask === 'saliency' ? 1 : 0),
        rounded,
        stopAtFirst: earlyStop,
        measure: (clip: Float32Array, clean: Float32Array) =>
          frameNormSumBetween(clip, clean, length),
      };
      return searchEach(context, plan, function* (subject) {
        const chosen = new FrameValues(yield* chooseFrames(subject, mask, count), size);
        yield* descendOnFrames(
          subject,
          chosen,
          (delta, gradient, weight) => frameNormSum(delta, length, gradient, weight),
          options,
        );
      });
    },
  }),
});
