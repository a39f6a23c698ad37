import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { estimateOptions } from './estimate-options.js';
import { estimatedAscent } from './estimated-ascent.js';
import { queryEach } from './query-each.js';
import { maxQueriesOption } from './query-options.js';
import { scoreOption } from './score.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/** The step size may be halved until it is this share of the first: 5e-5 of 0.01, in the authors' code. */
const leastShare = 1 / 200;

/**
 * NES: projected ascent along gradients that natural evolution strategies estimate from pairs of opposite Gaussian samples
 * (Ilyas et al., Black-box Adversarial Attacks with Limited Queries and Information, ICML 2018, section 2.2).
 *
 * Black box: sees logits. Norms `linf`, by signs, and `l2`; untargeted and targeted. A step costs `samples` forward
 * queries in float, and one for its 8-bit result.
 *
 * 50 samples at σ = 0.001, momentum 0.9, cross-entropy, and halving the step after 5 steps without a rise are its authors'
 * code's; ε / 5 is its step of 0.01 at its ε of 0.05. The query-limited setting of the paper is what is here: every logit is
 * seen. Every value of every frame is drawn on its own.
 */
export const nes = defineAttack({
  id: 'nes',
  summary: 'Steps along gradients estimated from opposite Gaussian samples (NES).',
  source:
    'A. Ilyas et al., Black-box Adversarial Attacks with Limited Queries and Information, ICML 2018',
  requires,
  options: z.strictObject({
    maxQueries: maxQueriesOption,
    ...estimateOptions(50, 0.001),
    stepSize: z
      .number()
      .positive()
      .default(0.2)
      .describe('Length of a step as a share of epsilon.'),
    momentum: z
      .number()
      .min(0)
      .lt(1)
      .default(0.9)
      .describe('Share of the last direction in the next one.'),
    loss: scoreOption.default('cross-entropy'),
  }),
  create: (_, { maxQueries, ...options }) => ({
    id: 'nes',
    requires,
    perturb: (context) =>
      queryEach(context, { maxQueries }, (subject) =>
        estimatedAscent(
          subject,
          {
            ...options,
            leastStepSize: options.stepSize * leastShare,
            patience: 5,
            randomStart: false,
          },
          () => (noise) => subject.random.fillNormal(noise),
        ),
      ),
  }),
});
