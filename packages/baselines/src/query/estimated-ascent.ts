import { randomStart } from '../random-start.js';
import { ballBudget, steepestStep } from '../steepest-step.js';
import { GradientEstimate, type EstimateOptions } from './gradient-estimate.js';
import { candidate, type QuerySearch, type QuerySubject } from './query-search.js';

/** How ascent along estimated gradients proceeds. */
export interface EstimatedAscentOptions extends EstimateOptions {
  /** Length of a step as a share of ε. */
  readonly stepSize: number;
  /** The shortest step as a share of ε, below which it is not halved. */
  readonly leastStepSize: number;
  /** After how many steps without a rise of the score the step is halved. */
  readonly patience: number;
  /** Share of the last direction in the next; 0 for none. */
  readonly momentum: number;
  /** Whether it starts at a random point of the ball; else at the clean clip. */
  readonly randomStart: boolean;
}

/**
 * Projected ascent along estimated gradients: p ← Π(p + α · steepest direction of m), m ← μ · m + (1 − μ) · g.
 *
 * The step α is halved where the score at the end of some steps is below that at their beginning. A step costs one query per
 * sample, and one for its result.
 *
 * @param directions called before each step; gives what fills an array with a direction to sample
 */
export function* estimatedAscent(
  subject: QuerySubject,
  options: EstimatedAscentOptions,
  directions: (point: Float32Array) => (noise: Float32Array) => void,
): QuerySearch {
  const { clean, random, size } = subject;
  const { momentum } = options;
  const budget = ballBudget(subject.budget);
  const estimate = new GradientEstimate(subject, options);
  const point = clean.slice();
  if (options.randomStart) randomStart(point, clean, random, budget, size);
  const direction = new Float32Array(clean.length);
  const pace = new Pace(options);
  for (;;) {
    yield* estimate.at(point, directions(point));
    const length = pace.after(estimate.level) * budget.epsilon;
    const { gradient } = estimate;
    for (let index = 0; index < direction.length; index++) {
      direction[index] = momentum * direction[index] + (1 - momentum) * gradient[index];
    }
    steepestStep(point, clean, direction, length, budget, size);
    yield* candidate(point);
  }
}

/** The length of steps, which is halved where they bring nothing any more. */
class Pace {
  readonly #least: number;
  readonly #patience: number;
  #length: number;
  #levels: number[] = [];

  constructor({ stepSize, leastStepSize, patience }: EstimatedAscentOptions) {
    this.#length = stepSize;
    this.#least = leastStepSize;
    this.#patience = patience;
  }

  /** The length of the next step, after a point of that score. */
  after(level: number): number {
    this.#levels = [...this.#levels, level].slice(-this.#patience);
    const [first] = this.#levels;
    if (this.#levels.length === this.#patience && level < first) {
      this.#length = Math.max(this.#length / 2, this.#least);
      this.#levels = [];
    }
    return this.#length;
  }
}
