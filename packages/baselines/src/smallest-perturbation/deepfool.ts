import { argmax, defineAttack, topClasses, type AttackRequirements } from '@msanet/core';
import { addScaled, innerProduct, magnitudesOf } from '@msanet/simd';
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
  readonly projections: number;
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
 *
 * Where it first crosses a boundary is not the nearest point of that boundary. With `projections`, r is then replaced by the
 * smallest perturbation that reaches the tangent of the boundary there, w its normal, and the walk goes on:
 * - `l2`: r ← ⟨r, w⟩ / ‖w‖₂² · w (SuperDeepFool: Abdollahpoorrostam et al., NeurIPS 2024, algorithm 2 with m = ∞, n = 1)
 * - `linf`: r ← ⟨r, w⟩ / ‖w‖₁ · sign(w), the same in this norm
 *
 * Each costs one gradient query more; the steps are those of the whole walk.
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
    projections: z
      .int()
      .nonnegative()
      .default(0)
      .describe(
        'How often the perturbation is replaced by the smallest one that reaches the tangent of the boundary that it crossed, and the walk goes on.',
      ),
    rounded: roundedOption,
  }),
  create: (_, { rounded, ...options }) => ({
    id: 'deepfool',
    requires,
    perturb: (context) => {
      const others = Math.min(options.classes, context.victim.labels.length) - 1;
      const questions = 2 + options.steps * Math.max(others, 1) + options.projections;
      return searchEach(context, { questions, rounded }, (subject) => walk(subject, options));
    },
  }),
});

/** How much longer a step is than the distance to the boundary. */
const excess = 1e-4;

function* walk(subject: SearchSubject, options: DeepFoolOptions): Search {
  const { clean, criterion, norm } = subject;
  const { steps, classes, overshoot } = options;
  const { label } = criterion;
  const { logits } = yield* judgementAt(clean);
  const others = topClasses(logits, classes)
    .filter((other) => other !== label)
    .slice(0, classes - 1);
  const total = new Float32Array(clean.length);
  const point = clean.slice();
  let { projections } = options;
  for (let step = 1; step <= steps; step++) {
    const nearest = yield* nearestBoundary(point, label, others, norm === 'linf');
    if (nearest === undefined) return;
    if (nearest.kind === 'crossed') {
      if (projections-- <= 0) return;
      const loss = { kind: 'logit-difference', label, target: nearest.other } as const;
      const { gradient } = yield* gradientAt(point, loss);
      shortenTo(total, gradient, norm === 'linf');
    } else {
      const { distance, normal, length } = nearest;
      const stride = distance + excess;
      if (norm === 'linf') addScaled(total, stride, normal.map(Math.sign));
      else addScaled(total, stride / length, normal);
    }
    point.set(clean);
    addScaled(point, 1 + overshoot, total);
  }
  yield* judgementAt(point);
}

/** Replaces a vector by the smallest one with the same inner product with a normal; leaves it where that is 0. */
function shortenTo(vector: Float32Array, normal: Float32Array, maximum: boolean): void {
  const { sum, squares } = magnitudesOf(normal);
  if (squares === 0) return;
  const product = innerProduct(vector, normal);
  vector.fill(0);
  if (maximum) addScaled(vector, product / sum, normal.map(Math.sign));
  else addScaled(vector, product / squares, normal);
}

/** A linearised decision boundary. */
interface Boundary {
  readonly kind: 'boundary';
  /** |f_l| / ‖w_l‖_q. */
  readonly distance: number;
  /** w_l. */
  readonly normal: Float32Array;
  /** ‖w_l‖_q. */
  readonly length: number;
}

/** A point beyond a boundary. */
interface Crossed {
  readonly kind: 'crossed';
  /** The class that it is taken for. */
  readonly other: number;
}

/**
 * The nearest boundary between a class and others, or that the point is beyond one already; undefined where every slope is
 * 0.
 */
function* nearestBoundary(
  point: Float32Array,
  label: number,
  others: readonly number[],
  maximum: boolean,
): SearchPart<Boundary | Crossed | undefined> {
  let nearest: Boundary | undefined;
  for (const target of others) {
    const answer = yield* gradientAt(point, { kind: 'logit-difference', label, target });
    if (answer.adversarial) return { kind: 'crossed', other: argmax(answer.logits) };
    const length = (maximum ? absoluteSum : euclideanNorm)(answer.gradient);
    if (length === 0) continue;
    const distance = Math.abs(answer.loss) / length;
    if (nearest !== undefined && nearest.distance <= distance) continue;
    nearest = { kind: 'boundary', distance, normal: answer.gradient.slice(), length };
  }
  return nearest;
}
