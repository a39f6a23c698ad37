import {
  clipAt,
  clipSize,
  defineAttack,
  emptyClips,
  type AttackContext,
  type AttackRequirements,
  type ClipBatch,
  type LossForm,
} from '@msanet/core';
import { z } from 'zod';
import type { SlopeSource } from '../slope.js';
import { firstClips } from '../working-batch.js';
import { velocitiesOf, withMomentum } from './momentum.js';
import {
  decayOption,
  normalizationOption,
  transferAscent,
  transferOptions,
  transferStepSize,
} from './transfer-ascent.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * The Nesterov iterative method: as MI-FGSM, but the gradient is taken where the velocity leads, at p + α · μ · v (Lin et
 * al., ICLR 2020, section 3.1, eq. 6 to 8).
 *
 * White box, made for transfer. Norm `linf`; untargeted and targeted. A step costs one gradient query per clip. The point
 * ahead may lie outside the budget, as in the paper, but is clamped to [0, 1], because victims take nothing else. With
 * `earlyStop`, an adversarial point ahead is the sign to ask about the iterate.
 *
 * Ten steps of ε / 10 with μ = 1 are the paper's.
 */
export const niFgsm = defineAttack({
  id: 'ni-fgsm',
  summary: 'Momentum steps with the gradient taken ahead (Nesterov iterative method).',
  source:
    'J. Lin et al., Nesterov Accelerated Gradient and Scale Invariance for Adversarial Attacks, ICLR 2020',
  requires,
  options: z.strictObject({
    ...transferOptions,
    decay: decayOption.default(1),
    normalization: normalizationOption,
  }),
  create: (_, { loss, ...options }) => ({
    id: 'ni-fgsm',
    requires,
    async perturb(context) {
      const velocities = velocitiesOf(context.clips);
      const distance = options.decay * transferStepSize(context, options);
      const ahead = slopeAhead(context, { kind: loss }, velocities, distance);
      return transferAscent(context, withMomentum(ahead, velocities, options), options);
    },
  }),
});

/** The gradient at clamp(p + distance · v) instead of p; at the first step, at p itself. */
function slopeAhead(
  context: AttackContext,
  loss: LossForm,
  velocities: ClipBatch,
  distance: number,
): SlopeSource {
  const points = emptyClips(context.clips.shape[0], clipSize(context.clips));
  return {
    queries: () => 1,
    async at(rows, { step }) {
      const { of } = rows;
      if (step === 1) return context.victim.lossGradient(rows.clips, of, loss);
      of.forEach((clip, row) => {
        const velocity = clipAt(velocities, clip);
        const point = clipAt(points, row);
        const iterate = rows.row(row);
        for (let index = 0; index < point.length; index++) {
          const value = iterate[index] + distance * velocity[index];
          point[index] = value < 0 ? 0 : value > 1 ? 1 : value;
        }
      });
      return context.victim.lossGradient(firstClips(points, of.length), of, loss);
    },
  };
}
