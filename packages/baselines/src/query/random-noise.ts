import { defineAttack, type AttackRequirements, type Budget } from '@msanet/core';
import type { Random } from '@msanet/tensor';
import { z } from 'zod';
import { queryEach } from './query-each.js';
import { candidate, type QuerySearch, type QuerySubject } from './query-search.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2', 'l1'],
  criteria: ['misclassification', 'targeted'],
};

/** How the values of the noise are distributed before they are scaled to the budget. */
type Shape = 'uniform' | 'sign' | 'normal';

/**
 * Random noise that uses the whole budget: the control of every comparison, for an attack that does no better has found
 * nothing about the victim.
 *
 * Black box: sees logits, one forward query per sample and clip, until one is adversarial; else the sample with the highest
 * margin is kept. Without `earlyStop` it is the best of all samples in any case. Norms `linf`, `l2`, `l1`; untargeted and
 * targeted. In `linf` the values are uniform in [−ε, ε], or ±ε, or normal with standard deviation ε / 2 cut off at ±ε; in
 * `l2` and `l1` noise of that shape is scaled to the norm ε. 100 samples are foolbox's repeated additive noise attacks.
 */
export const randomNoise = defineAttack({
  id: 'random-noise',
  summary: 'The best of many random perturbations of full size.',
  source: 'J. Rauber et al., Foolbox Native, JOSS 2020 (repeated additive noise attacks)',
  requires,
  options: z.strictObject({
    samples: z.int().min(1).default(100).describe('Random perturbations to try, one query each.'),
    shape: z
      .enum(['uniform', 'sign', 'normal'])
      .default('uniform')
      .describe('Distribution of the values of the noise.'),
    earlyStop: z
      .boolean()
      .default(true)
      .describe('Whether a clip is done at its first success; else all samples are compared.'),
  }),
  create: (_, { samples, shape, earlyStop }) => ({
    id: 'random-noise',
    requires,
    perturb: (context) =>
      queryEach(context, { maxQueries: samples, stopAtFirst: earlyStop }, (subject) =>
        tryNoise(subject, shape),
      ),
  }),
});

function* tryNoise({ clean, random, budget }: QuerySubject, shape: Shape): QuerySearch {
  const noisy = new Float32Array(clean.length);
  for (;;) {
    fillNoise(noisy, random, shape, budget);
    for (let index = 0; index < noisy.length; index++) noisy[index] += clean[index];
    yield* candidate(noisy);
  }
}

/** Fills an array with noise that uses the budget up. */
function fillNoise(noise: Float32Array, random: Random, shape: Shape, budget: Budget): void {
  if (shape === 'normal') random.fillNormal(noise, 0, 0.5);
  else random.fillUniform(noise, -1, 1);
  if (shape === 'sign') {
    for (let index = 0; index < noise.length; index++) noise[index] = noise[index] < 0 ? -1 : 1;
  }
  const epsilon = 'epsilon' in budget ? budget.epsilon : 0;
  const scale = epsilon / (budget.norm === 'linf' ? 1 : sizeOfNoise(noise, budget.norm));
  for (let index = 0; index < noise.length; index++) noise[index] *= scale;
}

function sizeOfNoise(noise: Float32Array, norm: Budget['norm']): number {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < noise.length; index++) {
    sum += Math.abs(noise[index]);
    squares += noise[index] * noise[index];
  }
  return norm === 'l1' ? sum : Math.sqrt(squares);
}
