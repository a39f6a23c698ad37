import { clipSize, defineAttack, type AttackRequirements, type ClipSize } from '@msanet/core';
import { z } from 'zod';
import { searchEach } from '../smallest-perturbation/search-each.js';
import { chooseFrames, frameLimit } from './frame-choice.js';
import { frameNormSum } from './frame-norm-sum.js';
import { FrameValues, frameLength } from './frame-values.js';
import { descendOnFrames, type Regularizer } from './framewise-descent.js';
import { StructuralSimilarity } from './structural-similarity.js';
import { descentOptions, earlyStopOption, roundedOption } from './video-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'frames'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * The additive part of DeepSAVA: on a few frames Adam minimises λ · ((1 − SSIM) + ‖δ‖₂,₁) − log(1 − p_label), or − log p_target
 * with a target (Mu et al., BMVC 2021, eq. 4 to 6, without its flow field). SSIM is averaged over all pixels of all frames,
 * the l2,1 norm is the sum over frames of the root mean square.
 *
 * White box. Norms `linf` and `frames`, which bound what the regulariser only keeps small; untargeted and targeted. A step
 * costs one gradient query, the choice of frames by saliency one more, the last point one forward query. What is returned
 * is the adversarial version with the smallest regulariser that was met, or with `earlyStop` the first.
 *
 * One frame, λ = 1, step size 0.001 and 100 steps are the authors'. They find the frame by Bayesian optimisation; here it is
 * the one with the largest gradient, or the first, or evenly spaced ones. SSIM takes the place of the multi-scale SSIM of
 * their code, which small frames do not have.
 */
export const deepsava = defineAttack({
  id: 'deepsava',
  summary: 'Few frames, kept structurally similar: SSIM and l2,1 norm as regularisers.',
  source:
    'R. Mu et al., Sparse Adversarial Video Attacks with Spatial Transformations, BMVC 2021 (additive part)',
  requires,
  options: z.strictObject({
    ...descentOptions,
    frameCount: z.int().min(1).default(1).describe('Frames that may change.'),
    choice: z
      .enum(['saliency', 'first', 'even'])
      .default('saliency')
      .describe('Which: those with the largest gradients, the first, or evenly spaced ones.'),
    earlyStop: earlyStopOption.default(false),
    rounded: roundedOption,
  }),
  create: (_, { frameCount, choice, rounded, earlyStop, ...options }) => ({
    id: 'deepsava',
    requires,
    perturb: (context) => {
      const size = clipSize(context.clips);
      const count = Math.min(frameCount, frameLimit(context.budget, size));
      const plan = {
        questions: options.steps + 1 + (choice === 'saliency' ? 1 : 0),
        rounded,
        stopAtFirst: earlyStop,
        measure: (clip: Float32Array, clean: Float32Array) => dissimilarity(clip, clean, size),
      };
      return searchEach(context, plan, function* (subject) {
        const chosen = new FrameValues(yield* chooseFrames(subject, choice, count), size);
        yield* descendOnFrames(subject, chosen, similarityTo(subject.clean, chosen, size), options);
      });
    },
  }),
});

/**
 * (1 − SSIM) + ‖δ‖₂,₁ of perturbations of some frames.
 *
 * @param clean shape (frames, 3, height, width)
 */
export function similarityTo(
  clean: Float32Array,
  chosen: FrameValues,
  size: ClipSize,
): Regularizer {
  const centre = chosen.gather(clean);
  const similarity = new StructuralSimilarity(centre, size.height, size.width);
  // Frames that do not change have a similarity of 1.
  const share = chosen.frames.length / size.frames;
  const other = new Float32Array(centre.length);
  return (delta, gradient, weight = 1) => {
    for (let index = 0; index < other.length; index++) other[index] = centre[index] + delta[index];
    const dissimilar = share * (1 - similarity.at(other, gradient, -share * weight));
    return dissimilar + frameNormSum(delta, frameLength(size), gradient, weight);
  };
}

/** The same of a whole clip. */
function dissimilarity(clip: Float32Array, clean: Float32Array, size: ClipSize): number {
  const length = frameLength(size);
  const changed = Array.from({ length: size.frames }, (_, frame) => frame).filter((frame) => {
    const end = (frame + 1) * length;
    for (let index = frame * length; index < end; index++) {
      if (clip[index] !== clean[index]) return true;
    }
    return false;
  });
  if (changed.length === 0) return 0;
  const frames = new FrameValues(changed, size);
  const delta = frames.gather(clip);
  const centre = frames.gather(clean);
  for (let index = 0; index < delta.length; index++) delta[index] -= centre[index];
  return similarityTo(clean, frames, size)(delta);
}
