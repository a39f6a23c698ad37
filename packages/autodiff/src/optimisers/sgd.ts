import { expectOption, parameterOf, type Optimiser, type ParameterSet } from './optimiser.js';

/** Settings of stochastic gradient descent. */
export interface SgdOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Fraction of the last step's velocity that is kept, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** Factor of the parameter that is added to its gradient (an L2 penalty). Default 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent with momentum: v ← μ·v + g + λ·θ, θ ← θ − η·v, as in PyTorch. */
export class Sgd implements Optimiser {
  learningRate: number;
  readonly #momentum: number;
  readonly #weightDecay: number;
  readonly #velocities = new Map<string, Float32Array>();

  /** @throws MsanetError `OPTION_INVALID` when a setting is outside its domain */
  constructor(options: SgdOptions = {}) {
    this.learningRate = expectOption('learningRate', options.learningRate ?? 0.01, 0);
    this.#momentum = expectOption('momentum', options.momentum ?? 0, 0, 1);
    this.#weightDecay = expectOption('weightDecay', options.weightDecay ?? 0, 0);
  }

  step(parameters: ParameterSet, gradients: ParameterSet): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const parameter = parameterOf(parameters, name, gradient);
      const velocity = this.#velocities.get(name) ?? new Float32Array(gradient.length);
      this.#velocities.set(name, velocity);
      for (let index = 0; index < parameter.length; index++) {
        const slope = gradient[index] + this.#weightDecay * parameter[index];
        velocity[index] = this.#momentum * velocity[index] + slope;
        parameter[index] -= this.learningRate * velocity[index];
      }
    }
  }
}
