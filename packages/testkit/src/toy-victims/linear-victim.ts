import type { ClipSize, VictimModel } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { toyVictim } from './toy-victim.js';

/** Size and weights of a linear victim. */
export interface LinearVictimOptions {
  readonly classes: number;
  readonly size: ClipSize;
  /** Seed of the weights: normal with variance 1 / values, so that logits stay of order 1. */
  readonly seed: number;
}

/** A linear victim, whose best perturbations have closed forms. */
export interface LinearVictim extends VictimModel {
  /** W, shape (classes, frames · 3 · height · width). */
  readonly weights: Float64Array;
  /** b, shape (classes). */
  readonly bias: Float64Array;
}

/** A victim with logits W · (clip − ½) + b. */
export function linearVictim({ classes, size, seed }: LinearVictimOptions): LinearVictim {
  const values = size.frames * 3 * size.height * size.width;
  const random = new Random(seed);
  const weights = random.fillNormal(new Float64Array(classes * values), 0, 1 / Math.sqrt(values));
  const bias = random.fillNormal(new Float64Array(classes), 0, 0.1);
  const network = {
    forward(clip: Float32Array): Float64Array {
      return bias.map((offset, row) => {
        let sum = offset;
        for (let index = 0; index < values; index++) {
          sum += weights[row * values + index] * (clip[index] - 0.5);
        }
        return sum;
      });
    },
    backward(_clip: Float32Array, logitGradient: Float64Array): Float64Array {
      const gradient = new Float64Array(values);
      for (let row = 0; row < classes; row++) {
        for (let index = 0; index < values; index++) {
          gradient[index] += logitGradient[row] * weights[row * values + index];
        }
      }
      return gradient;
    },
  };
  return { ...toyVictim({ id: 'toy-linear', classes, size, network }), weights, bias };
}
