/**
 * Adam on one array, with bias correction and the constants of its paper: β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
 *
 * Source: D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1.
 */
export class Adam {
  readonly #stepSize: number;
  readonly #mean: Float32Array;
  readonly #square: Float32Array;
  #steps = 0;

  constructor(length: number, stepSize: number) {
    this.#stepSize = stepSize;
    this.#mean = new Float32Array(length);
    this.#square = new Float32Array(length);
  }

  /** One step against the gradient, in place. */
  descend(values: Float32Array, gradient: Float32Array): void {
    this.#steps += 1;
    const scale = this.#stepSize / (1 - 0.9 ** this.#steps);
    const correction = 1 - 0.999 ** this.#steps;
    const [mean, square] = [this.#mean, this.#square];
    for (let index = 0; index < values.length; index++) {
      const slope = gradient[index];
      mean[index] = 0.9 * mean[index] + 0.1 * slope;
      square[index] = 0.999 * square[index] + 0.001 * slope * slope;
      values[index] -= (scale * mean[index]) / (Math.sqrt(square[index] / correction) + 1e-8);
    }
  }
}
