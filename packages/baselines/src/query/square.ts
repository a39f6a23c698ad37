import {
  defineAttack,
  type AttackContext,
  type AttackRequirements,
  type ClipBatch,
} from '@msanet/core';
import { z } from 'zod';
import { maxQueriesOption, timeOption } from './query-options.js';
import { queryEach } from './query-each.js';
import { scoreOption, type ScoreForm } from './score.js';
import { squareL2 } from './square-l2.js';
import { squareLinf } from './square-linf.js';
import type { SquareOptions } from './square-options.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Square attack: random search that changes a square window at a time and keeps what brings the clip nearer to its goal
 * (Andriushchenko et al., ECCV 2020).
 *
 * Black box: sees logits. Norms `linf` and `l2`; untargeted and targeted. A step costs one forward query, and nothing but
 * that: every version is asked about in 8 bits inside the budget, as it will be judged.
 *
 * The paper is about images. Here a window lies in every frame: at the same place and with the same colours (`time`
 * shared, a tube), or at places and with colours of each frame's own. p = 0.8 and 5,000 queries are AutoAttack's; the
 * schedule of p is stretched over the queries, as by default in its authors' code. The loss is the margin, and cross-entropy
 * for targets, as in the paper. Places are uniform over all that fit, as in the paper.
 */
export const square = defineAttack({
  id: 'square',
  summary: 'Random search by square windows (square attack).',
  source:
    'M. Andriushchenko et al., Square Attack: a Query-Efficient Black-Box Adversarial Attack via Random Search, ECCV 2020',
  requires,
  options: z.strictObject({
    maxQueries: maxQueriesOption,
    share: z
      .number()
      .positive()
      .max(1)
      .default(0.8)
      .describe('p: share of a frame that the first windows cover; it halves nine times.'),
    time: timeOption,
    loss: scoreOption
      .optional()
      .describe(
        'What is ascended: margin of the logits, or cross-entropy; margin, and for targets cross-entropy, where not given.',
      ),
  }),
  create: (_, options) => ({
    id: 'square',
    requires,
    perturb: (context) => runSquare(context, options),
  }),
});

/** How the square attack proceeds. */
export interface SquarePlan extends Omit<SquareOptions, 'loss'> {
  /** What is ascended; margin, and for targets cross-entropy, where not given. */
  readonly loss?: ScoreForm | undefined;
}

/** Runs the square attack on the clips of a context: one candidate per query, until one is adversarial. */
export function runSquare(context: AttackContext, plan: SquarePlan): Promise<ClipBatch> {
  const { budget } = context;
  const epsilon = 'epsilon' in budget ? budget.epsilon : 0;
  return queryEach(context, plan, (subject) => {
    const natural = subject.criterion.kind === 'targeted' ? 'cross-entropy' : 'margin';
    const options = { ...plan, loss: plan.loss ?? natural } as const;
    return budget.norm === 'l2'
      ? squareL2(subject, epsilon, options)
      : squareLinf(subject, epsilon, options);
  });
}
