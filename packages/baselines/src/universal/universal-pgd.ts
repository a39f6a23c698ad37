import { type AttackRequirements, type LossForm, type Norm } from '@msanet/core';
import { z } from 'zod';
import { lossOption } from '../loss-option.js';
import { euclideanNorm } from '../smallest-perturbation/perturbation-size.js';
import { gradientAt } from '../smallest-perturbation/search.js';
import { fitInBatches, type FittedPerturbation } from './fit-in-batches.js';
import { batchOptions, fitRadius } from './fit-options.js';
import { defineUniversal } from './universal-attack.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/** How a universal perturbation ascends. */
interface UniversalPgdOptions {
  readonly loss: LossForm['kind'];
  readonly cap: number;
}

/**
 * One perturbation for all clips by projected stochastic gradient ascent on the mean of their losses, each capped so that no
 * clip that is fooled long since outweighs the others: δ ← Π(δ + α · sign Σ ∇ min(L(clip(x + δ)), β)) over a batch of clips
 * (Shafahi et al., AAAI 2020, algorithm 2 and eq. 5); in `l2` with the normalised sum in place of its sign.
 *
 * White box on the victim that it is fitted to, universal afterwards. Norms `linf` and `l2`; untargeted and targeted. A clip
 * costs one gradient query per epoch. Pixels that [0, 1] stops do not count.
 *
 * Ten epochs of batches of eight clips with steps of ε / 10 are ours, and so is β = 9, the cross-entropy of a probability of
 * 0.0001. Only an untargeted cross-entropy is capped, for no other loss grows without bound as an attack succeeds.
 */
export const universalPgd = defineUniversal({
  id: 'universal-pgd',
  summary: 'One perturbation for all clips by projected gradient ascent on their losses.',
  source: 'A. Shafahi et al., Universal Adversarial Training, AAAI 2020',
  requires,
  options: z.strictObject({
    loss: lossOption,
    ...batchOptions,
    stepSize: z
      .number()
      .positive()
      .optional()
      .describe('Length of a step, in the unit of epsilon; epsilon / 10 where not given.'),
    cap: z
      .number()
      .positive()
      .default(9)
      .describe('Cross-entropy above which a clip counts no more.'),
  }),
  async fit(request, { epochs, batch, stepSize, ...options }) {
    const { budget, victim } = request;
    const { frames, height, width } = victim.input;
    const epsilon = fitRadius(budget);
    const delta = new Float32Array(frames * 3 * height * width);
    const fitted = ascending(delta, budget.norm, epsilon, stepSize ?? epsilon / 10, options);
    const { queries, aborted } = await fitInBatches(request, { epochs, batch }, fitted);
    const shape = [frames, 3, height, width];
    return { perturbation: { dtype: 'float32', shape, data: delta }, queries, aborted };
  },
});

/** A perturbation that ascends, in place. */
function ascending(
  delta: Float32Array,
  norm: Norm,
  epsilon: number,
  stepSize: number,
  { loss: kind, cap }: UniversalPgdOptions,
): FittedPerturbation {
  const sum = new Float32Array(delta.length);
  const point = new Float32Array(delta.length);
  return {
    *learn(clean, criterion) {
      for (let index = 0; index < point.length; index++) {
        const value = clean[index] + delta[index];
        point[index] = value < 0 ? 0 : value > 1 ? 1 : value;
      }
      const { loss, gradient } = yield* gradientAt(point, { kind });
      const capped = kind === 'cross-entropy' && criterion.kind === 'misclassification';
      if (capped && loss > cap) return cap;
      for (let index = 0; index < sum.length; index++) {
        const value = clean[index] + delta[index];
        if (value >= 0 && value <= 1) sum[index] += gradient[index];
      }
      return loss;
    },
    step() {
      if (norm === 'linf') signStep(delta, sum, stepSize, epsilon);
      else normalizedStep(delta, sum, stepSize, epsilon);
      sum.fill(0);
    },
  };
}

function signStep(delta: Float32Array, sum: Float32Array, length: number, epsilon: number): void {
  for (let index = 0; index < delta.length; index++) {
    const moved = delta[index] + length * Math.sign(sum[index]);
    delta[index] = Math.min(epsilon, Math.max(-epsilon, moved));
  }
}

function normalizedStep(
  delta: Float32Array,
  sum: Float32Array,
  length: number,
  epsilon: number,
): void {
  const norm = euclideanNorm(sum);
  if (norm === 0) return;
  for (let index = 0; index < delta.length; index++) delta[index] += (length / norm) * sum[index];
  const size = euclideanNorm(delta);
  if (size <= epsilon) return;
  for (let index = 0; index < delta.length; index++) delta[index] *= epsilon / size;
}
