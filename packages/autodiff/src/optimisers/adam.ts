import { expectOption, parameterOf, type Optimiser, type ParameterSet } from './optimiser.js';

/** Settings of Adam. */
export interface AdamOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
  /** Decay of the mean of the gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the mean square. Default 1e-8. */
  readonly epsilon?: number;
  /** Fraction of a parameter, times the learning rate, that each step takes away. Default 0. */
  readonly weightDecay?: number;
}

interface Moments {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  steps: number;
}

/**
 * Adam with bias correction (Kingma & Ba 2015, algorithm 1); with a weight decay, AdamW (Loshchilov & Hutter 2019,
 * algorithm 2), where the decay does not pass through the moments.
 */
export class Adam implements Optimiser {
  learningRate: number;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #weightDecay: number;
  readonly #moments = new Map<string, Moments>();

  /** @throws MsanetError `OPTION_INVALID` when a setting is outside its domain */
  constructor(options: AdamOptions = {}) {
    this.learningRate = expectOption('learningRate', options.learningRate ?? 1e-3, 0);
    this.#beta1 = expectOption('beta1', options.beta1 ?? 0.9, 0, 1);
    this.#beta2 = expectOption('beta2', options.beta2 ?? 0.999, 0, 1);
    this.#epsilon = expectOption('epsilon', options.epsilon ?? 1e-8, 0);
    this.#weightDecay = expectOption('weightDecay', options.weightDecay ?? 0, 0);
  }

  step(parameters: ParameterSet, gradients: ParameterSet): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      this.#update(
        parameterOf(parameters, name, gradient),
        gradient,
        this.#momentsOf(name, gradient),
      );
    }
  }

  #update(parameter: Float32Array, gradient: Float32Array, moments: Moments): void {
    const { mean, square } = moments;
    const [beta1, beta2] = [this.#beta1, this.#beta2];
    moments.steps += 1;
    // The moments start at zero; dividing by 1 − βᵗ makes up for it.
    const stepSize = this.learningRate / (1 - beta1 ** moments.steps);
    const correction = Math.sqrt(1 - beta2 ** moments.steps);
    const kept = 1 - this.learningRate * this.#weightDecay;
    for (let index = 0; index < parameter.length; index++) {
      const slope = gradient[index];
      mean[index] = beta1 * mean[index] + (1 - beta1) * slope;
      square[index] = beta2 * square[index] + (1 - beta2) * slope * slope;
      const spread = Math.sqrt(square[index]) / correction + this.#epsilon;
      parameter[index] = kept * parameter[index] - (stepSize * mean[index]) / spread;
    }
  }

  #momentsOf(name: string, { length }: Float32Array): Moments {
    let moments = this.#moments.get(name);
    if (moments === undefined) {
      moments = { mean: new Float32Array(length), square: new Float32Array(length), steps: 0 };
      this.#moments.set(name, moments);
    }
    return moments;
  }
}
