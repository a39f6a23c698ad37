import { defineAttack, type AttackRequirements } from '@msanet/core';
import { addScaled, moveAlong, subtract } from '@msanet/simd';
import type { Random } from '@msanet/tensor';
import { z } from 'zod';
import { cosineAnnealing } from './cosine-annealing.js';
import { euclideanNorm } from './perturbation-size.js';
import { roundedOption } from './rounded-option.js';
import { searchEach } from './search-each.js';
import { gradientAt, judgementAt, type Search, type SearchSubject } from './search.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['l2'],
  criteria: ['misclassification', 'targeted'],
};

/** How DDN proceeds. */
interface DdnOptions {
  readonly steps: number;
  readonly initialNorm: number;
  readonly gamma: number;
}

/** The last step length of the cosine schedule, as its authors' code has it; the first is 1. */
const lastStepSize = 0.01;

/**
 * Decoupled direction and norm: gradient steps for the direction, and a norm of its own that shrinks by γ after a success
 * and grows by γ after a failure (Rony et al., CVPR 2019, algorithm 1).
 *
 * With g the gradient of the cross-entropy at the present point: δ ← δ + α · g / ‖g‖₂; ε ← (1 ∓ γ) · ε;
 * δ ← clip(x + ε · δ / ‖δ‖₂) − x. The step α falls from 1 to 0.01 by a cosine.
 *
 * White box, norm `l2`, untargeted and targeted. A step costs one gradient query; the last point costs one forward query.
 * γ = 0.05 and ε = 1 at the start are the paper's, 100 steps the smallest of its budgets. The paper rounds δ itself at every
 * step; here, with `rounded`, the victim sees the rounded clip and δ stays in float, for a step of length α is spread over
 * so many values of a clip that rounding δ would undo it.
 */
export const ddn = defineAttack({
  id: 'ddn',
  summary: 'Decoupled direction and norm: a norm that shrinks on success and grows on failure.',
  source:
    'J. Rony et al., Decoupling Direction and Norm for Efficient Gradient-Based L2 Adversarial Attacks and Defenses, CVPR 2019',
  requires,
  options: z.strictObject({
    steps: z.int().min(1).default(100).describe('Gradient steps.'),
    initialNorm: z
      .number()
      .positive()
      .default(1)
      .describe('Norm of the perturbation after the first step, up to γ.'),
    gamma: z
      .number()
      .positive()
      .lt(1)
      .default(0.05)
      .describe('Share by which the norm shrinks or grows at a step.'),
    rounded: roundedOption,
  }),
  create: (_, { rounded, ...options }) => ({
    id: 'ddn',
    requires,
    perturb: (context) =>
      searchEach(context, { questions: options.steps + 1, rounded }, (subject) =>
        decouple(subject, options),
      ),
  }),
});

function* decouple(
  { clean, bound, random }: SearchSubject,
  { steps, initialNorm, gamma }: DdnOptions,
): Search {
  const delta = new Float32Array(clean.length);
  const point = clean.slice();
  let norm = Math.min(initialNorm, bound);
  for (let step = 0; step < steps; step++) {
    const { adversarial, gradient } = yield* gradientAt(point, { kind: 'cross-entropy' });
    const scale = cosineAnnealing(1, lastStepSize, step, steps) / direct(gradient, random);
    addScaled(delta, scale, gradient);
    const length = euclideanNorm(delta);
    norm = Math.min(bound, norm * (adversarial ? 1 - gamma : 1 + gamma));
    moveAlong(point, clean, length === 0 ? 0 : norm / length, delta);
    subtract(delta, point, clean);
  }
  yield* judgementAt(point);
}

/** The length of a gradient; one that vanished is replaced by a random direction, as in the authors' code. */
function direct(gradient: Float32Array, random: Random): number {
  const length = euclideanNorm(gradient);
  return length > 0 ? length : euclideanNorm(random.fillNormal(gradient));
}
