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
import type { Random } from '@msanet/tensor';
import { z } from 'zod';
import type { SlopeSource } from '../slope.js';
import { firstClips, type WorkingBatch } from '../working-batch.js';
import { radiusOf } from './iterative-options.js';
import { velocitiesOf, withMomentum } from './momentum.js';
import {
  decayOption,
  normalizationOption,
  transferAscent,
  transferOptions,
} from './transfer-ascent.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * The variance-tuned momentum iterative method: as MI-FGSM, but to each gradient is added how much the gradients around
 * the previous iterate differed from the one at it, V(p) = mean over N of ∇L(p + r) − ∇L(p) with r uniform in
 * [−β · ε, β · ε] (Wang & He, CVPR 2021, algorithm 1, eq. 3 and 4).
 *
 * White box, made for transfer. Norm `linf`; untargeted and targeted. A step costs N + 1 gradient queries per clip, the last
 * one a single query, because nothing follows that its variance could tune. Neighbours may lie outside the budget, as in the
 * paper, but are clamped to [0, 1], because victims take nothing else.
 *
 * Ten steps of ε / 10, μ = 1, N = 20 and β = 1.5 are the paper's; torchattacks takes N = 5.
 */
export const vmiFgsm = defineAttack({
  id: 'vmi-fgsm',
  summary: 'Momentum steps along gradients that neighbouring ones correct (variance tuning).',
  source:
    'X. Wang, K. He, Enhancing the Transferability of Adversarial Attacks through Variance Tuning, CVPR 2021',
  requires,
  options: z.strictObject({
    ...transferOptions,
    decay: decayOption.default(1),
    normalization: normalizationOption,
    samples: z.int().min(0).default(20).describe('Neighbours whose gradients are asked for.'),
    reach: z
      .number()
      .positive()
      .default(1.5)
      .describe('How far neighbours lie from the iterate, in epsilon.'),
  }),
  create: (_, { loss, samples, reach, ...options }) => ({
    id: 'vmi-fgsm',
    requires,
    async perturb(context) {
      const distance = reach * radiusOf(context);
      const tuned = varianceTuned(context, { kind: loss }, samples, (random, values) =>
        random.fillUniform(values, -distance, distance),
      );
      return transferAscent(
        context,
        withMomentum(tuned, velocitiesOf(context.clips), options),
        options,
      );
    },
  }),
});

/**
 * The gradient, plus the variance of gradients around the iterate before.
 *
 * @param samples N; with 0 it is the gradient
 * @param fillOffsets draws the offset r of a neighbour
 */
export function varianceTuned(
  context: AttackContext,
  loss: LossForm,
  samples: number,
  fillOffsets: (random: Random, offsets: Float32Array) => void,
): SlopeSource {
  const { victim, clips, random } = context;
  const empty = (): ClipBatch => emptyClips(clips.shape[0], clipSize(clips));
  /** V of every clip, and the sum of the gradients around it. */
  const [variances, sums, neighbours] = [empty(), empty(), empty()];

  const sumNeighbours = async (rows: WorkingBatch): Promise<void> => {
    const { of } = rows;
    sums.data.fill(0);
    for (let sample = 0; sample < samples; sample++) {
      of.forEach((clip, row) => {
        const values = clipAt(neighbours, row);
        const iterate = rows.row(row);
        fillOffsets(random(clip), values);
        for (let index = 0; index < values.length; index++) {
          const value = iterate[index] + values[index];
          values[index] = value < 0 ? 0 : value > 1 ? 1 : value;
        }
      });
      const { gradient } = await victim.lossGradient(firstClips(neighbours, of.length), of, loss);
      for (let index = 0; index < gradient.data.length; index++) {
        sums.data[index] += gradient.data[index];
      }
    }
  };

  return {
    queries: ({ step, steps }) => (step === steps ? 1 : samples + 1),
    async at(rows, { step, steps }) {
      if (step === 1) variances.data.fill(0);
      const found = await victim.lossGradient(rows.clips, rows.of, loss);
      if (samples === 0) return found;
      const last = step === steps;
      if (!last) await sumNeighbours(rows);
      rows.of.forEach((clip, row) => {
        const variance = clipAt(variances, clip);
        const gradient = clipAt(found.gradient, row);
        const sum = clipAt(sums, row);
        for (let index = 0; index < gradient.length; index++) {
          const value = gradient[index];
          gradient[index] = value + variance[index];
          variance[index] = sum[index] / samples - value;
        }
      });
      return found;
    },
  };
}
