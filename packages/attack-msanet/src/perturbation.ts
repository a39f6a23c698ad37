/** How the perturbation moves; see `Perturbation.descend`. */
export type StepDirection = 'sign' | 'proportional';

/** A proportional perturbation reaches ε where its running sum is this many times its root mean square. */
const saturation = 3;

/**
 * The perturbation δ of one clip, inside the L∞ ball of radius ε.
 *
 * - `sign`: δ ← Π_ε(δ − α · sign(d)), the PGD step of Madry et al. (ICLR 2018).
 * - `proportional`: δ = Π_ε(ε · v / (3 · rms(v))) with v the running sum of −d. It keeps the relative size of the
 *   gradient, so that under a shrinking reach the values that matter least vanish first, by rounding.
 */
export class Perturbation {
  /** δ, shape (frames, 3, height, width). */
  readonly values: Float32Array;
  /** v, the running sum of the descent directions, same shape. */
  readonly accumulated: Float32Array;
  readonly #epsilon: number;
  readonly #stepSize: number;
  readonly #direction: StepDirection;

  /**
   * @param length number of values of the clip
   * @param stepSize α as a fraction of ε
   */
  constructor(length: number, epsilon: number, stepSize: number, direction: StepDirection) {
    this.values = new Float32Array(length);
    this.accumulated = new Float32Array(length);
    this.#epsilon = epsilon;
    this.#stepSize = stepSize;
    this.#direction = direction;
  }

  /** Adds a derivative of the objective to the running sum, without moving. */
  accumulate(derivative: Float32Array): void {
    const { accumulated } = this;
    for (let index = 0; index < accumulated.length; index++)
      accumulated[index] -= derivative[index];
  }

  /**
   * Moves δ against the derivative.
   *
   * @param derivative of the objective with respect to M ⊙ δ, already accumulated
   */
  descend(derivative: Float32Array): void {
    if (this.#direction === 'sign') this.#signStep(derivative);
    else this.#followAccumulated();
  }

  #signStep(derivative: Float32Array): void {
    const { values } = this;
    const epsilon = this.#epsilon;
    const step = this.#stepSize * epsilon;
    for (let index = 0; index < values.length; index++) {
      const moved = values[index] - step * Math.sign(derivative[index]);
      values[index] = Math.min(epsilon, Math.max(-epsilon, moved));
    }
  }

  #followAccumulated(): void {
    const { values, accumulated } = this;
    let squares = 0;
    for (let index = 0; index < accumulated.length; index++) squares += accumulated[index] ** 2;
    const rms = Math.sqrt(squares / accumulated.length);
    if (rms === 0) return;
    const epsilon = this.#epsilon;
    const scale = epsilon / (saturation * rms);
    for (let index = 0; index < values.length; index++) {
      const value = scale * accumulated[index];
      values[index] = Math.min(epsilon, Math.max(-epsilon, value));
    }
  }
}
