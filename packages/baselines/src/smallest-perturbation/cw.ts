import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import {
  Plateau,
  constantOptions,
  searchConstant,
  type ConstantOptions,
} from './constant-search.js';
import { Adam } from './adam.js';
import { roundedOption } from './rounded-option.js';
import { searchEach } from './search-each.js';
import { gradientAt, type SearchPart, type SearchSubject } from './search.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['l2'],
  criteria: ['misclassification', 'targeted'],
};

/** How the attack of Carlini and Wagner proceeds. */
interface CwOptions extends ConstantOptions {
  readonly confidence: number;
  readonly stepSize: number;
}

/**
 * The attack of Carlini and Wagner in `l2` (S&P 2017, section VI-A): Adam on w minimises
 * ‖p(w) − x‖₂² + c · max(κ − m(p(w)), 0) with p(w) = (tanh(w) + 1) / 2, so that [0, 1] needs no clipping, and a binary search
 * finds c; m is the margin, above 0 when adversarial, and κ the confidence.
 *
 * White box, norm `l2`, untargeted and targeted. A step costs one gradient query. Nine searches from c = 0.001, step size 0.01
 * and early abortion are the defaults of the authors' code and of foolbox; its 10,000 steps per search are no use where a
 * step takes a second, and are 100 here, with which the size is within 2 % of the smallest on an affine victim.
 */
export const cw = defineAttack({
  id: 'cw',
  summary:
    'Carlini and Wagner: Adam in tanh space on size plus weighted margin, the weight by binary search.',
  source: 'N. Carlini, D. Wagner, Towards Evaluating the Robustness of Neural Networks, S&P 2017',
  requires,
  options: z.strictObject({
    ...constantOptions,
    stepSize: z.number().positive().default(0.01).describe('Step size of Adam, in tanh space.'),
    rounded: roundedOption,
  }),
  create: (_, { rounded, ...options }) => ({
    id: 'cw',
    requires,
    perturb: (context) =>
      searchEach(
        context,
        { questions: options.searches * options.steps, rounded, confidence: options.confidence },
        (subject) => searchConstant(options, (constant) => minimise(subject, constant, options)),
      ),
  }),
});

/** Keeps the inverse of tanh finite at 0 and 1, as in the authors' code. */
const range = 0.999999;

/** Minimises for one constant; returns whether it met a clip with the confidence that is asked for. */
function* minimise(
  { clean }: SearchSubject,
  constant: number,
  options: CwOptions,
): SearchPart<boolean> {
  const { steps, stepSize, confidence } = options;
  const variable = clean.map((value) => Math.atanh((2 * value - 1) * range));
  const centre = variable.map(fromTanhSpace);
  const point = centre.slice();
  const adam = new Adam(clean.length, stepSize);
  const derivative = new Float32Array(clean.length);
  const plateau = new Plateau(options);
  let found = false;
  for (let step = 0; step < steps; step++) {
    const { adversarial, margin, gradient } = yield* gradientAt(point, { kind: 'margin' });
    const shortfall = Math.max(0, confidence - margin);
    if (adversarial && margin >= confidence) found = true;
    let squares = 0;
    for (let index = 0; index < point.length; index++) {
      const value = point[index];
      const change = value - centre[index];
      squares += change * change;
      const slope = 2 * change - (shortfall > 0 ? constant * gradient[index] : 0);
      // dp / dw = (1 − tanh²(w)) / 2.
      derivative[index] = slope * 2 * value * (1 - value);
    }
    if (plateau.isReached(step, squares + constant * shortfall)) break;
    adam.descend(variable, derivative);
    for (let index = 0; index < point.length; index++)
      point[index] = fromTanhSpace(variable[index]);
  }
  return found;
}

/** p(w) = (tanh(w) + 1) / 2, written as the logistic function of 2w, which needs no tanh. */
function fromTanhSpace(value: number): number {
  return 1 / (1 + Math.exp(-2 * value));
}
