import { defineAttack, project, type AttackRequirements, type ClipSize } from '@msanet/core';
import { z } from 'zod';
import { queryEach } from './query-each.js';
import { maxQueriesOption, timeOption } from './query-options.js';
import { candidate, iterate, type QuerySearch, type QuerySubject } from './query-search.js';
import { scoreOf, scoreOption, type ScoreForm } from './score.js';
import { cosineBasis, pixelBasis, type StepBasis } from './step-basis.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * SimBA: tries one vector of an orthogonal basis after the other, in random order, first against it and then along it, and
 * keeps what brings the clip nearer to its goal (Guo et al., Simple Black-box Adversarial Attacks, ICML 2019, algorithm 1).
 *
 * Black box: sees logits. Norms `l2` and `linf`, by projection; untargeted and targeted. A step costs one or two forward
 * queries in float, one more for the 8-bit version where it is adversarial; the clean clip costs one.
 *
 * The basis is of single values, or of the lowest frequencies of the discrete cosine transform. The paper is about images;
 * here a vector is the same in all frames, or belongs to one frame. ε = 0.2 and an eighth of the frequencies are the paper's:
 * a step has that norm in every frame that it changes, so √frames times that where all share it. The paper lowers or raises
 * a probability, which the cross-entropy orders alike. Once all vectors are tried, they are tried again in another order.
 */
export const simba = defineAttack({
  id: 'simba',
  summary: 'Random search along single values or cosine waves (SimBA).',
  source: 'C. Guo et al., Simple Black-box Adversarial Attacks, ICML 2019',
  requires,
  options: z.strictObject({
    maxQueries: maxQueriesOption,
    basis: z
      .enum(['dct', 'pixel'])
      .default('dct')
      .describe('What it steps along: cosine waves, or single values.'),
    stepSize: z
      .number()
      .positive()
      .default(0.2)
      .describe('Euclidean length of a step in each frame that it changes, on values in [0, 1].'),
    frequencies: z
      .number()
      .positive()
      .max(1)
      .default(0.125)
      .describe(
        'Share of the frequencies along each axis that the cosine waves take, from the lowest.',
      ),
    time: timeOption,
    loss: scoreOption.default('cross-entropy'),
  }),
  create: (_, { maxQueries, basis, frequencies, time, ...options }) => {
    const basisOf = (size: ClipSize): StepBasis =>
      basis === 'pixel' ? pixelBasis(size, time) : cosineBasis(size, time, frequencies);
    return {
      id: 'simba',
      requires,
      perturb: (context) =>
        queryEach(context, { maxQueries }, (subject) =>
          stepAlong(subject, basisOf(subject.size), options),
        ),
    };
  },
});

/** How SimBA proceeds. */
interface StepOptions {
  readonly stepSize: number;
  readonly loss: ScoreForm;
}

function* stepAlong(
  subject: QuerySubject,
  basis: StepBasis,
  { stepSize, loss }: StepOptions,
): QuerySearch {
  const { clean, criterion, budget, size, random } = subject;
  const point = clean.slice();
  const trial = clean.slice();
  let best = scoreOf((yield* iterate(point)).logits, criterion, loss);
  for (;;) {
    for (const vector of random.permutation(basis.count)) {
      for (const amount of [-stepSize, stepSize]) {
        trial.set(point);
        basis.add(trial, vector, amount);
        project(trial, clean, budget, size);
        const { logits, adversarial } = yield* iterate(trial);
        const score = scoreOf(logits, criterion, loss);
        if (adversarial) yield* candidate(trial);
        if (score <= best) continue;
        best = score;
        point.set(trial);
        break;
      }
    }
  }
}
