import type { AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { Adam } from '../smallest-perturbation/adam.js';
import { addFlicker, flickerRegularizer, flickerShape, pullBackFlicker } from '../video/flicker.js';
import { askFlickeringLoss } from '../video/flickering-loss.js';
import { flickerOptions } from '../video/flickering.js';
import { fitInBatches } from './fit-in-batches.js';
import { batchOptions, fitRadius } from './fit-options.js';
import { defineUniversal } from './universal-attack.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Universal flickering: one RGB offset per frame, the same for every clip, learnt with Adam on the mean loss of batches of
 * clips and on the regulariser of `flickering` (Pony et al., CVPR 2021, section 3.3).
 *
 * White box on the victim that it is fitted to, universal afterwards. Norm `linf`; untargeted and targeted. A clip costs one
 * gradient query per epoch, two with the loss `margin`.
 *
 * The cross-entropy −log(1 − p), λ = 10, β₁ = β₂ = 0.5, batches of eight clips and the step size are those of the authors'
 * configuration, which asks for 100 in place of 10 with a target. They take 10,000 steps; ten epochs here.
 */
export const flickeringUniversal = defineUniversal({
  id: 'flickering-universal',
  summary: 'One colour offset per frame for all clips, smooth over time.',
  source:
    'R. Pony, I. Naeh, S. Mannor, Over-the-Air Adversarial Flickering Attacks against Video Recognition Networks, CVPR 2021',
  requires,
  options: z.strictObject({
    loss: z
      .enum(['cross-entropy', 'margin', 'logit-margin'])
      .default('cross-entropy')
      .describe('What is descended: log(1 − p), or a margin of probabilities or logits.'),
    margin: z.number().positive().lt(1).default(0.05).describe('Margin m, as a probability.'),
    weight: z
      .number()
      .nonnegative()
      .default(10)
      .describe('Weight of the regulariser against the loss.'),
    ...flickerOptions,
    ...batchOptions,
  }),
  async fit(request, { loss, margin, stepSize, epochs, batch, ...weights }) {
    const { budget, victim } = request;
    const { frames, height, width } = victim.input;
    const epsilon = fitRadius(budget);
    const shape = flickerShape(victim.input);
    const offsets = new Float32Array(3 * frames);
    const sum = new Float32Array(offsets.length);
    const perturbation = new Float32Array(offsets.length * shape.area);
    const point = new Float32Array(perturbation.length);
    const adam = new Adam(offsets.length, stepSize);
    const { queries, aborted } = await fitInBatches(
      request,
      { epochs, batch },
      {
        *learn(clean, criterion) {
          addFlicker(point, clean, offsets, shape);
          return yield* askFlickeringLoss(point, criterion, loss, margin, (gradient, scale) =>
            pullBackFlicker(gradient, clean, offsets, shape, scale, sum),
          );
        },
        step(clips) {
          for (let index = 0; index < sum.length; index++) sum[index] /= clips;
          flickerRegularizer(offsets, weights, sum);
          adam.descend(offsets, sum);
          for (let index = 0; index < offsets.length; index++) {
            offsets[index] = Math.min(epsilon, Math.max(-epsilon, offsets[index]));
          }
          sum.fill(0);
        },
      },
    );
    offsets.forEach((offset, plane) =>
      perturbation.fill(offset, plane * shape.area, (plane + 1) * shape.area),
    );
    return {
      perturbation: { dtype: 'float32', shape: [frames, 3, height, width], data: perturbation },
      queries,
      aborted,
    };
  },
});
