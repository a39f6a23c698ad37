import { defineAttack, project, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { Adam } from '../smallest-perturbation/adam.js';
import { estimateOptions } from './estimate-options.js';
import { GradientEstimate, type EstimateOptions } from './gradient-estimate.js';
import { queryEach } from './query-each.js';
import { maxQueriesOption } from './query-options.js';
import { candidate, type QuerySearch, type QuerySubject } from './query-search.js';
import { fillSigns } from './random-signs.js';
import { scoreOption } from './score.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * SPSA: projected Adam on gradients that simultaneous perturbation estimates from pairs of opposite vectors of ±1 (Uesato et
 * al., Adversarial Risk and the Dangers of Evaluating Against Weak Attacks, ICML 2018, algorithm 1; Spall 1992).
 *
 * Black box: sees logits. Norms `linf` and `l2`, by projection; untargeted and targeted. A step costs `samples` forward
 * queries in float, and one for its 8-bit result.
 *
 * δ = 0.01, Adam at 0.01 and the margin are the paper's; 128 samples are cleverhans' and torchattacks', the paper takes up to
 * 8,192.
 */
export const spsa = defineAttack({
  id: 'spsa',
  summary: 'Adam on gradients estimated from opposite vectors of signs (SPSA).',
  source:
    'J. Uesato et al., Adversarial Risk and the Dangers of Evaluating Against Weak Attacks, ICML 2018',
  requires,
  options: z.strictObject({
    maxQueries: maxQueriesOption,
    ...estimateOptions(128, 0.01),
    stepSize: z
      .number()
      .positive()
      .default(0.01)
      .describe('Step size of Adam, on values in [0, 1].'),
    loss: scoreOption.default('margin'),
  }),
  create: (_, { maxQueries, stepSize, ...options }) => ({
    id: 'spsa',
    requires,
    perturb: (context) =>
      queryEach(context, { maxQueries }, (subject) => climb(subject, stepSize, options)),
  }),
});

function* climb(subject: QuerySubject, stepSize: number, options: EstimateOptions): QuerySearch {
  const { clean, random, budget, size } = subject;
  const estimate = new GradientEstimate(subject, options);
  const adam = new Adam(clean.length, stepSize);
  const point = clean.slice();
  for (;;) {
    yield* estimate.at(point, (noise) => fillSigns(noise, random));
    const { gradient } = estimate;
    for (let index = 0; index < gradient.length; index++) gradient[index] = -gradient[index];
    adam.descend(point, gradient);
    project(point, clean, budget, size);
    yield* candidate(point);
  }
}
