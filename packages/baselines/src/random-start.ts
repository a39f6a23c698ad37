import { project, type ClipSize } from '@msanet/core';
import type { Random } from '@msanet/tensor';
import type { BallBudget } from './steepest-step.js';

/**
 * Moves a clip from its clean version to a uniformly random point of the ball, and into [0, 1], in place.
 *
 * - `linf`: every value by a uniform number in [−ε, ε] (Madry et al., ICLR 2018)
 * - `l2`: in a normally distributed direction, by a length ε · u^(1 / n) for a uniform u and n values
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
  if (norm === 'linf') random.fillUniform(offsets, -1, 1);
  else {
    random.fillNormal(offsets);
    let squares = 0;
    for (let index = 0; index < offsets.length; index++) squares += offsets[index] * offsets[index];
    scale *= random.uniform() ** (1 / offsets.length) / Math.sqrt(squares);
  }
  for (let index = 0; index < clip.length; index++) clip[index] += scale * offsets[index];
  project(clip, clean, budget, size);
}
