import { project, type Budget, type ClipSize } from '@msanet/core';

/** A budget in which there is a direction of steepest ascent that moves every value. */
export type BallBudget = Extract<Budget, { readonly norm: 'linf' | 'l2' }>;

/**
 * Takes one step of steepest ascent in the norm of the budget, and projects, in place:
 *
 * - `linf`: p ← clamp(p + α · sign(g)) to [x − ε, x + ε] and [0, 1]; where g is 0, p stays
 * - `l2`: p ← Π(p + α · g / ‖g‖₂), Π the projection onto the ball around x and [0, 1]; where g is 0 everywhere, p stays
 *
 * @param clip p, shape (frames, 3, height, width)
 * @param clean x, same shape
 * @param gradient g, same shape, finite
 * @param length α, in the unit of the budget's epsilon
 */
export function steepestStep(
  clip: Float32Array,
  clean: Float32Array,
  gradient: Float32Array,
  length: number,
  budget: BallBudget,
  size: ClipSize,
): void {
  if (budget.norm === 'linf') signStep(clip, clean, gradient, length, budget.epsilon);
  else {
    normalizedStep(clip, gradient, length);
    project(clip, clean, budget, size);
  }
}

function signStep(
  clip: Float32Array,
  clean: Float32Array,
  gradient: Float32Array,
  length: number,
  epsilon: number,
): void {
  // Signs are taken from the bits, and all is done in one pass without branches: half the time, on millions of values.
  const bits = new Int32Array(gradient.buffer, gradient.byteOffset, gradient.length);
  for (let index = 0; index < clip.length; index++) {
    const magnitude = bits[index] & 0x7fffffff;
    const sign = (-magnitude >>> 31) * ((bits[index] >> 31) | 1);
    const centre = clean[index];
    const low = Math.max(0, centre - epsilon);
    const high = Math.min(1, centre + epsilon);
    clip[index] = Math.min(high, Math.max(low, clip[index] + length * sign));
  }
}

function normalizedStep(clip: Float32Array, gradient: Float32Array, length: number): void {
  let squares = 0;
  for (let index = 0; index < gradient.length; index++)
    squares += gradient[index] * gradient[index];
  if (squares === 0) return;
  const scale = length / Math.sqrt(squares);
  for (let index = 0; index < clip.length; index++) clip[index] += scale * gradient[index];
}
