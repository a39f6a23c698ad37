import { probe, type QueryPart, type QuerySubject } from './query-search.js';
import { scoreOf, type ScoreForm } from './score.js';

/** How a gradient is estimated. */
export interface EstimateOptions {
  /** Questions per estimate; even, for they come in pairs. */
  readonly samples: number;
  /** σ: how far from the point they lie, in units of the noise. */
  readonly radius: number;
  /** What the gradient is of. */
  readonly loss: ScoreForm;
}

/**
 * Estimates the gradient of the score L by antithetic samples:
 *
 * g = 1 / (n σ) · Σ over n / 2 draws u of (L(p + σu) − L(p − σu)) · u
 *
 * For u with independent values of mean 0 and variance 1, the mean of g is the gradient of a linear L. Normal values give
 * natural evolution strategies (Wierstra et al., JMLR 2014; Ilyas et al., ICML 2018, section 2.2); values ±1, which are
 * their own inverses, give simultaneous perturbation (Spall 1992). Samples beyond the edges of [0, 1] are moved onto them.
 *
 * Holds one direction and one sample at a time. Cost: `samples` forward queries.
 */
export class GradientEstimate {
  /** g; shape of the clip. */
  readonly gradient: Float32Array;
  /** Mean score of the samples of the last estimate: the score near the point, without a query of its own. */
  level = -Infinity;
  readonly #subject: QuerySubject;
  readonly #options: EstimateOptions;
  readonly #noise: Float32Array;
  readonly #sample: Float32Array;

  constructor(subject: QuerySubject, options: EstimateOptions) {
    const { length } = subject.clean;
    this.gradient = new Float32Array(length);
    this.#subject = subject;
    this.#options = options;
    this.#noise = new Float32Array(length);
    this.#sample = new Float32Array(length);
  }

  /**
   * Estimates the gradient at a point.
   *
   * @param point only read
   * @param draw fills an array with a new direction u
   */
  *at(point: Float32Array, draw: (noise: Float32Array) => void): QueryPart<void> {
    const { radius, samples } = this.#options;
    const pairs = samples / 2;
    const [gradient, noise] = [this.gradient, this.#noise];
    gradient.fill(0);
    let sum = 0;
    for (let pair = 0; pair < pairs; pair++) {
      draw(noise);
      const above = yield* this.#scoreAt(point, radius);
      const below = yield* this.#scoreAt(point, -radius);
      const weight = (above - below) / (samples * radius);
      for (let index = 0; index < gradient.length; index++) {
        gradient[index] += weight * noise[index];
      }
      sum += above + below;
    }
    this.level = sum / samples;
  }

  *#scoreAt(point: Float32Array, reach: number): QueryPart<number> {
    const [noise, sample] = [this.#noise, this.#sample];
    for (let index = 0; index < sample.length; index++) {
      sample[index] = point[index] + reach * noise[index];
    }
    const { logits } = yield* probe(sample);
    return scoreOf(logits, this.#subject.criterion, this.#options.loss);
  }
}
