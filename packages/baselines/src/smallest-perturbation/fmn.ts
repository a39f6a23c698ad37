import {
  defineAttack,
  project,
  type AttackRequirements,
  type Budget,
  type Norm,
} from '@msanet/core';
import { addScaled } from '@msanet/simd';
import { z } from 'zod';
import { cosineAnnealing } from './cosine-annealing.js';
import { dualNormOf, euclideanNorm, perturbationSize } from './perturbation-size.js';
import { roundedOption } from './rounded-option.js';
import { searchEach } from './search-each.js';
import {
  gradientAt,
  judgementAt,
  type GradientAnswer,
  type Search,
  type SearchSubject,
} from './search.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['l2', 'linf', 'l1', 'l0'],
  criteria: ['misclassification', 'targeted'],
};

/** How FMN proceeds. */
interface FmnOptions {
  readonly steps: number;
  readonly stepSize: number;
  readonly finalStepSize: number;
  readonly gamma: number;
}

/** The last γ of the cosine schedule, as its authors' code has it. */
const lastGamma = 0.001;

/**
 * Fast minimum-norm attack: gradient steps projected onto a ball whose radius follows the boundary (Pintor et al.,
 * NeurIPS 2021, algorithm 1).
 *
 * With m the margin (above 0 when adversarial) and g its gradient at the present point:
 * - while nothing adversarial was found, ε ← ‖δ‖_p + |m| / ‖g‖_q, the distance to the linearised boundary
 * - afterwards ε ← (1 + γ) · ε at a point that is not adversarial, else min((1 − γ) · ε, smallest adversarial ‖δ‖_p so far)
 * - δ ← Π(δ + α · g / ‖g‖₂), Π the projection onto the ball of radius ε and [0, 1] at once
 *
 * In `l0` ε counts pixels, starts at 1, and changes by at least one pixel a step. α falls from `stepSize` to
 * `finalStepSize` by a cosine, γ to 0.001.
 *
 * White box, norms `l2`, `linf`, `l1`, `l0`; untargeted and targeted; starts at the clean clip. A step costs one gradient
 * query; the last point costs one forward query. The defaults are those of its authors' code: α from 1 to 0.01, γ = 0.05;
 * 100 steps are foolbox's. The paper projects onto the ball and then clips; core's projection finds the nearest point of
 * both sets. In `l0` a pixel counts once, whichever of its channels change.
 */
export const fmn = defineAttack({
  id: 'fmn',
  summary: 'Fast minimum-norm attack: projected steps in a ball whose radius follows the boundary.',
  source:
    'M. Pintor et al., Fast Minimum-norm Adversarial Attacks through Adaptive Norm Constraints, NeurIPS 2021',
  requires,
  options: z.strictObject({
    steps: z.int().min(1).default(100).describe('Gradient steps.'),
    stepSize: z.number().positive().default(1).describe('First length of a step, in l2.'),
    finalStepSize: z
      .number()
      .positive()
      .optional()
      .describe('Last length of a step; stepSize / 100 where not given.'),
    gamma: z
      .number()
      .positive()
      .lt(1)
      .default(0.05)
      .describe('First share by which the radius shrinks or grows at a step.'),
    rounded: roundedOption,
  }),
  create: (_, { rounded, finalStepSize, ...options }) => ({
    id: 'fmn',
    requires,
    perturb: (context) =>
      searchEach(context, { questions: options.steps + 1, rounded }, (subject) =>
        follow(subject, { ...options, finalStepSize: finalStepSize ?? options.stepSize / 100 }),
      ),
  }),
});

function* follow(subject: SearchSubject, options: FmnOptions): Search {
  const { clean, size, norm } = subject;
  const { steps, stepSize, finalStepSize, gamma } = options;
  const radius = norm === 'l0' ? new PixelRadius(subject) : new BallRadius(subject, norm);
  const point = clean.slice();
  for (let step = 0; step < steps; step++) {
    const answer = yield* gradientAt(point, { kind: 'margin' });
    radius.update(
      perturbationSize(point, clean, norm, size, false),
      answer,
      cosineAnnealing(gamma, lastGamma, step, steps),
    );
    const length = euclideanNorm(answer.gradient);
    if (length === 0) return;
    const scale = cosineAnnealing(stepSize, finalStepSize, step, steps) / length;
    addScaled(point, scale, answer.gradient);
    project(point, clean, radius.budget, size);
  }
  yield* judgementAt(point);
}

/** The radius of the ball, in whichever norm. */
interface Radius {
  readonly budget: Budget;
  /** @param size ‖δ‖_p of the point that the answer is about, before rounding */
  update(size: number, answer: GradientAnswer, gamma: number): void;
}

class BallRadius implements Radius {
  readonly #norm: Exclude<Norm, 'l0' | 'frames'>;
  readonly #bound: number;
  #epsilon = Infinity;
  #smallest = Infinity;

  constructor({ bound }: SearchSubject, norm: Norm) {
    this.#norm = norm === 'l1' || norm === 'linf' ? norm : 'l2';
    this.#bound = bound;
  }

  get budget(): Budget {
    return { norm: this.#norm, epsilon: this.#epsilon };
  }

  update(size: number, { adversarial, margin, gradient }: GradientAnswer, gamma: number): void {
    if (adversarial) {
      this.#smallest = Math.min(this.#smallest, size);
      this.#epsilon = Math.min(this.#epsilon * (1 - gamma), this.#smallest);
    } else if (this.#smallest < Infinity) this.#epsilon *= 1 + gamma;
    else this.#epsilon = size + Math.abs(margin) / dualNormOf(gradient, this.#norm);
    this.#epsilon = Math.min(this.#epsilon, this.#bound);
  }
}

class PixelRadius implements Radius {
  readonly #bound: number;
  #pixels = 1;
  #smallest = Infinity;

  constructor({ bound, size }: SearchSubject) {
    this.#bound = Math.min(bound, size.frames * size.height * size.width);
  }

  get budget(): Budget {
    return { norm: 'l0', pixels: this.#pixels };
  }

  update(size: number, { adversarial }: GradientAnswer, gamma: number): void {
    if (adversarial) {
      this.#smallest = Math.min(this.#smallest, size);
      const fewer = Math.min(this.#pixels - 1, Math.floor(this.#pixels * (1 - gamma)));
      this.#pixels = Math.max(1, Math.min(fewer, this.#smallest));
    } else {
      const more = Math.max(this.#pixels + 1, Math.floor(this.#pixels * (1 + gamma)));
      this.#pixels = Math.min(more, this.#bound);
    }
  }
}
