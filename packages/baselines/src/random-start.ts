import { project, type ClipSize } from '@msanet/core';
import type { Random } from '@msanet/tensor';
import type { BallBudget } from './steepest-step.js';

/**
 * Moves a clip from its clean version to a uniformly random point of the ball, and into [0, 1], in place.
 *
 * - `linf`: every value by a uniform number in [−ε, ε] (Madry et al., ICLR 2018)
 * - `l2`: in a normally distributed direction, by a length ε · u^(1 / n) for a uniform u and n values
 * - `l1`: by exponentially distributed magnitudes with random signs, divided by the sum of them and one more, times ε
 *
 * @param clip shape (frames, 3, height, width); holds the clean values
 * @param clean same shape
 */
export function randomStart(
  clip: Float32Array,
  clean: Float32Array,
  random: Random,
  budget: BallBudget,
  size: ClipSize,
): void {
  const { norm, epsilon } = budget;
  const offsets = new Float32Array(clip.length);
  let scale = epsilon;
  switch (norm) {
    case 'linf':
      random.fillUniform(offsets, -1, 1);
      break;
    case 'l2':
      random.fillNormal(offsets);
      scale *= random.uniform() ** (1 / offsets.length) / euclideanNorm(offsets);
      break;
    case 'l1':
      scale /= fillExponential(offsets, random) + exponential(random);
      break;
  }
  for (let index = 0; index < clip.length; index++) clip[index] += scale * offsets[index];
  project(clip, clean, budget, size);
}

/** Fills an array with exponential numbers of random sign, and returns the sum of their magnitudes. */
function fillExponential(values: Float32Array, random: Random): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) {
    const magnitude = exponential(random);
    values[index] = random.integer(2) === 0 ? magnitude : -magnitude;
    sum += magnitude;
  }
  return sum;
}

/** A number of the exponential distribution with mean 1. */
function exponential(random: Random): number {
  return -Math.log(1 - random.uniform());
}

function euclideanNorm(values: Float32Array): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += values[index] * values[index];
  return Math.sqrt(squares);
}
