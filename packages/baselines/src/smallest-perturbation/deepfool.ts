import { defineAttack, topClasses, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { absoluteSum, euclideanNorm } from './perturbation-size.js';
import { roundedOption } from './rounded-option.js';
import { searchEach } from './search-each.js';
import {
  gradientAt,
  judgementAt,
  type Search,
  type SearchPart,
  type SearchSubject,
} from './search.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['l2', 'linf'],
  criteria: ['misclassification'],
};

/** How DeepFool proceeds. */
interface DeepFoolOptions {
  readonly steps: number;
  readonly classes: number;
  readonly overshoot: number;
}

/**
 * DeepFool: walks to the nearest decision boundary of the linearised victim until the class changes (Moosavi-Dezfooli et
 * al., CVPR 2016, algorithm 2; section 3.3 for norms other than `l2`).
 *
 * With f_k = z_k − z_label and w_k = ∇f_k at the present point, l the class of the smallest |f_k| / ‖w_k‖_q:
 * - `l2`: r ← r + |f_l| / ‖w_l‖₂² · w_l
 * - `linf`: r ← r + |f_l| / ‖w_l‖₁ · sign(w_l)
 *
 * The next point is x + (1 + overshoot) · r. White box, untargeted. One forward query ranks the classes; a step costs one
 * gradient query for each class but the clip's own among the `classes` that are likeliest for the clean clip; where no point
 * was adversarial, the last costs one forward query.
 *
 * The defaults are those of its authors' code and of foolbox: 50 steps, overshoot 0.02, 10 classes. With `rounded`, points
 * are rounded to 8 bits before they are linearised, while r stays in float: steps too small to survive add up. As in the
 * authors' code a step is 0.0001 longer than the distance, else clipping to [0, 1] may hold it just short of the boundary.
 */
export const deepfool = defineAttack({
  id: 'deepfool',
  summary: 'Steps to the nearest linearised decision boundary until the class changes.',
  source:
    'S. Moosavi-Dezfooli, A. Fawzi, P. Frossard, DeepFool: A Simple and Accurate Method to Fool Deep Neural Networks, CVPR 2016',
  requires,
  options: z.strictObject({
    steps: z.int().min(1).default(50).describe('Most steps to a boundary.'),
    classes: z
      .int()
      .min(2)
      .default(10)
      .describe('Likeliest classes that are considered, the clip’s own included.'),
    overshoot: z
      .number()
      .nonnegative()
      .default(0.02)
      .describe('How far it goes beyond the boundary, as a share of the perturbation.'),
    rounded: roundedOption,
  }),
  create: (_, { rounded, ...options }) => ({
    id: 'deepfool',
    requires,
    perturb: (context) => {
      const others = Math.min(options.classes, context.victim.labels.length) - 1;
      const questions = 2 + options.steps * Math.max(others, 1);
      return searchEach(context, { questions, rounded }, (subject) => walk(subject, options));
    },
  }),
});

/** How much longer a step is than the distance to the boundary. */
const excess = 1e-4;

function* walk(subject: SearchSubject, { steps, classes, overshoot }: DeepFoolOptions): Search {
  const { clean, criterion, norm } = subject;
  const { label } = criterion;
  const { logits } = yield* judgementAt(clean);
  const others = topClasses(logits, classes)
    .filter((other) => other !== label)
    .slice(0, classes - 1);
  const total = new Float32Array(clean.length);
  const point = clean.slice();
  for (let step = 1; step <= steps; step++) {
    const nearest = yield* nearestBoundary(point, label, others, norm === 'linf');
    if (nearest === undefined) return;
    const { distance, normal, length } = nearest;
    for (let index = 0; index < total.length; index++) {
      const direction = norm === 'linf' ? Math.sign(normal[index]) : normal[index] / length;
      total[index] += (distance + excess) * direction;
      point[index] = clean[index] + (1 + overshoot) * total[index];
    }
  }
  yield* judgementAt(point);
}

/** A linearised decision boundary. */
interface Boundary {
  /** |f_l| / ‖w_l‖_q. */
  readonly distance: number;
  /** w_l. */
  readonly normal: Float32Array;
  /** ‖w_l‖_q. */
  readonly length: number;
}

/** The nearest boundary between a class and others; undefined where the point is adversarial or every slope is 0. */
function* nearestBoundary(
  point: Float32Array,
  label: number,
  others: readonly number[],
  maximum: boolean,
): SearchPart<Boundary | undefined> {
  let nearest: Boundary | undefined;
  for (const target of others) {
    const answer = yield* gradientAt(point, { kind: 'logit-difference', label, target });
    if (answer.adversarial) return undefined;
    const length = (maximum ? absoluteSum : euclideanNorm)(answer.gradient);
    if (length === 0) continue;
    const distance = Math.abs(answer.loss) / length;
    if (nearest !== undefined && nearest.distance <= distance) continue;
    nearest = { distance, normal: answer.gradient.slice(), length };
  }
  return nearest;
}
