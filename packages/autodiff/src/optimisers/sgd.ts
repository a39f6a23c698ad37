import {
  expectOption,
  parameterOf,
  stateKey,
  type DecayFilter,
  type Optimiser,
  type ParameterSet,
} from './optimiser.js';

/** Settings of stochastic gradient descent. */
export interface SgdOptions {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Fraction of the last step's velocity that is kept, in [0, 1). Default 0. */
  readonly momentum?: number;
  /** Factor of the parameter that is added to its gradient (an L2 penalty). Default 0. */
  readonly weightDecay?: number;
  /** The parameters that the weight decay acts on. Default all. */
  readonly decays?: DecayFilter;
  /** Whether the step looks ahead along the velocity (Nesterov; Sutskever et al., ICML 2013). Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, as in PyTorch: d = g + λ·θ, v ← μ·v + d, θ ← θ − η·v; with Nesterov's momentum
 * θ ← θ − η·(d + μ·v).
 */
export class Sgd implements Optimiser {
  learningRate: number;
  readonly #momentum: number;
  readonly #weightDecay: number;
  readonly #decays: DecayFilter;
  readonly #nesterov: boolean;
  readonly #velocities = new Map<string, Float32Array>();

  /** @throws MsanetError `OPTION_INVALID` when a setting is outside its domain */
  constructor(options: SgdOptions = {}) {
    this.learningRate = expectOption('learningRate', options.learningRate ?? 0.01, 0);
    this.#momentum = expectOption('momentum', options.momentum ?? 0, 0, 1);
    this.#weightDecay = expectOption('weightDecay', options.weightDecay ?? 0, 0);
    this.#decays = options.decays ?? (() => true);
    this.#nesterov = options.nesterov ?? false;
  }

  step(parameters: ParameterSet, gradients: ParameterSet): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const parameter = parameterOf(parameters, name, gradient);
      const velocity = this.#velocities.get(name) ?? new Float32Array(gradient.length);
      this.#velocities.set(name, velocity);
      const decay = this.#decays(name) ? this.#weightDecay : 0;
      const momentum = this.#momentum;
      for (let index = 0; index < parameter.length; index++) {
        const slope = gradient[index] + decay * parameter[index];
        velocity[index] = momentum * velocity[index] + slope;
        const direction = this.#nesterov ? slope + momentum * velocity[index] : velocity[index];
        parameter[index] -= this.learningRate * direction;
      }
    }
  }

  state(): Record<string, Float32Array> {
    return Object.fromEntries(
      Array.from(this.#velocities, ([name, velocity]) => [`velocity:${name}`, velocity.slice()]),
    );
  }

  restore(state: ParameterSet): void {
    this.#velocities.clear();
    for (const [key, values] of Object.entries(state)) {
      this.#velocities.set(stateKey(key, ['velocity']).name, values.slice());
    }
  }
}
