import type { ClipSize, VictimModel } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { toyVictim } from './toy-victim.js';

/** Weights of the smooth network, row-major. */
export interface SmoothWeights {
  /** U, shape (hidden, frames · 3 · height · width). */
  readonly input: ArrayLike<number>;
  /** a, shape (hidden). */
  readonly inputBias: ArrayLike<number>;
  /** V, shape (classes, hidden). */
  readonly output: ArrayLike<number>;
  /** b, shape (classes). */
  readonly outputBias: ArrayLike<number>;
}

/** Size and weights of a smooth victim. */
export interface SmoothVictimOptions {
  readonly classes: number;
  readonly size: ClipSize;
  /** Units of the hidden layer; 8 by default. Ignored where weights are given. */
  readonly hidden?: number;
  /** Seed of the weights, where none are given; 1 by default. */
  readonly seed?: number;
  readonly weights?: SmoothWeights;
}

/**
 * A small non-linear victim that is differentiable everywhere: logits softplus(V · tanh(U · (clip − ½) + a) + b).
 */
export function smoothVictim(options: SmoothVictimOptions): VictimModel {
  const { classes, size } = options;
  const values = size.frames * 3 * size.height * size.width;
  const weights = options.weights ?? randomWeights(options, values);
  const hidden = weights.inputBias.length;

  const hiddenUnits = (clip: Float32Array): Float64Array => {
    const units = new Float64Array(hidden);
    for (let unit = 0; unit < hidden; unit++) {
      let sum = weights.inputBias[unit];
      for (let index = 0; index < values; index++) {
        sum += weights.input[unit * values + index] * (clip[index] - 0.5);
      }
      units[unit] = Math.tanh(sum);
    }
    return units;
  };
  const outputSums = (units: Float64Array): Float64Array => {
    const sums = new Float64Array(classes);
    for (let row = 0; row < classes; row++) {
      sums[row] = weights.outputBias[row];
      for (let unit = 0; unit < hidden; unit++) {
        sums[row] += weights.output[row * hidden + unit] * units[unit];
      }
    }
    return sums;
  };

  const network = {
    forward: (clip: Float32Array): Float64Array => outputSums(hiddenUnits(clip)).map(softplus),
    backward(clip: Float32Array, logitGradient: Float64Array): Float64Array {
      const units = hiddenUnits(clip);
      // d softplus(s) / ds = 1 / (1 + exp(−s)); d tanh(u) / du = 1 − tanh²(u).
      const atSums = outputSums(units).map((sum, row) => logitGradient[row] / (1 + Math.exp(-sum)));
      const gradient = new Float64Array(values);
      for (let unit = 0; unit < hidden; unit++) {
        let atUnit = 0;
        for (let row = 0; row < classes; row++) {
          atUnit += atSums[row] * weights.output[row * hidden + unit];
        }
        const slope = atUnit * (1 - units[unit] ** 2);
        for (let index = 0; index < values; index++) {
          gradient[index] += slope * weights.input[unit * values + index];
        }
      }
      return gradient;
    },
  };
  return toyVictim({ id: 'toy-smooth', classes, size, network });
}

/** log(1 + exp(s)), without overflow. */
function softplus(sum: number): number {
  return Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum)));
}

function randomWeights(
  { classes, hidden = 8, seed = 1 }: SmoothVictimOptions,
  values: number,
): SmoothWeights {
  const random = new Random(seed);
  const normal = (length: number, deviation: number): Float64Array =>
    random.fillNormal(new Float64Array(length), 0, deviation);
  return {
    input: normal(hidden * values, 2 / Math.sqrt(values)),
    inputBias: normal(hidden, 0.1),
    output: normal(classes * hidden, 2 / Math.sqrt(hidden)),
    outputBias: normal(classes, 0.1),
  };
}
