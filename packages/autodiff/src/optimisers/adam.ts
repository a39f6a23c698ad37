import {
  expectOption,
  parameterOf,
  stateArray,
  stateKey,
  type DecayFilter,
  type Optimiser,
  type ParameterSet,
} from './optimiser.js';

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
  /** The parameters that the weight decay acts on. Default all. */
  readonly decays?: DecayFilter;
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
  readonly #decays: DecayFilter;
  readonly #moments = new Map<string, Moments>();

  /** @throws MsanetError `OPTION_INVALID` when a setting is outside its domain */
  constructor(options: AdamOptions = {}) {
    this.learningRate = expectOption('learningRate', options.learningRate ?? 1e-3, 0);
    this.#beta1 = expectOption('beta1', options.beta1 ?? 0.9, 0, 1);
    this.#beta2 = expectOption('beta2', options.beta2 ?? 0.999, 0, 1);
    this.#epsilon = expectOption('epsilon', options.epsilon ?? 1e-8, 0);
    this.#weightDecay = expectOption('weightDecay', options.weightDecay ?? 0, 0);
    this.#decays = options.decays ?? (() => true);
  }

  step(parameters: ParameterSet, gradients: ParameterSet): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const decay = this.#decays(name) ? this.#weightDecay : 0;
      const parameter = parameterOf(parameters, name, gradient);
      this.#update(parameter, gradient, this.#momentsOf(name, gradient), decay);
    }
  }

  state(): Record<string, Float32Array> {
    return Object.fromEntries(
      Array.from(this.#moments).flatMap(([name, { mean, square, steps }]) => [
        [`mean:${name}`, mean.slice()],
        [`square:${name}`, square.slice()],
        [`steps:${name}`, Float32Array.of(steps)],
      ]),
    );
  }

  restore(state: ParameterSet): void {
    this.#moments.clear();
    for (const [key, values] of Object.entries(state)) {
      const { kind, name } = stateKey(key, ['mean', 'square', 'steps']);
      if (kind !== 'mean') continue;
      this.#moments.set(name, {
        mean: values.slice(),
        square: stateArray(state, `square:${name}`, values.length).slice(),
        steps: stateArray(state, `steps:${name}`, 1)[0],
      });
    }
  }

  #update(
    parameter: Float32Array,
    gradient: Float32Array,
    moments: Moments,
    weightDecay: number,
  ): void {
    const { mean, square } = moments;
    const [beta1, beta2] = [this.#beta1, this.#beta2];
    moments.steps += 1;
    // The moments start at zero; dividing by 1 − βᵗ makes up for it.
    const stepSize = this.learningRate / (1 - beta1 ** moments.steps);
    const correction = Math.sqrt(1 - beta2 ** moments.steps);
    const kept = 1 - this.learningRate * weightDecay;
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
