import { MsanetError, project, type Budget, type ClipSize } from '@msanet/core';
import { addScaled, magnitudesOf, signStep } from '@msanet/simd';
import { largestMagnitude } from './largest-magnitude.js';

/** A budget that is a ball, in which there is a direction of steepest ascent. */
export type BallBudget = Extract<Budget, { readonly norm: 'linf' | 'l2' | 'l1' }>;

/**
 * The budget as a ball; core has checked it against the attack's requirements.
 *
 * @throws MsanetError `CAPABILITY_MISSING` for a budget that is none
 */
export function ballBudget(budget: Budget): BallBudget {
  if (budget.norm === 'linf' || budget.norm === 'l2' || budget.norm === 'l1') return budget;
  throw new MsanetError({
    code: 'CAPABILITY_MISSING',
    where: 'gradient ascent',
    expected: 'a budget of norm linf, l2 or l1',
    got: budget.norm,
    remedy: 'choose another norm or attack',
  });
}

/** The share of the values that an l1 step leaves alone where nothing else is said: that of cleverhans and foolbox. */
export const defaultQuantile = 0.99;

/**
 * Takes one step of steepest ascent in the norm of the budget, and projects, in place:
 *
 * - `linf`: p ← clamp(p + α · sign(g)) to [x − ε, x + ε] and [0, 1]; where g is 0, p stays
 * - `l2`: p ← Π(p + α · g / ‖g‖₂), Π the projection onto the ball around x and [0, 1]; where g is 0 everywhere, p stays
 * - `l1`: p ← Π(p + α · sign(s) / k), s the k largest values of g (Tramèr & Boneh, NeurIPS 2019, section 3.1). Values at
 *   an edge of [0, 1] that g pushes outward are passed over. k is the share 1 − q of all values, but no more than leave
 *   each of them a whole 8-bit level: what is thinner would be lost in rounding.
 *
 * @param clip p, shape (frames, 3, height, width)
 * @param clean x, same shape
 * @param gradient g, same shape, finite; in `l1` the values that are passed over become 0
 * @param length α, in the unit of the budget's epsilon
 * @param quantile q, at least 0 and below 1; only for `l1`
 */
export function steepestStep(
  clip: Float32Array,
  clean: Float32Array,
  gradient: Float32Array,
  length: number,
  budget: BallBudget,
  size: ClipSize,
  quantile: number = defaultQuantile,
): void {
  switch (budget.norm) {
    case 'linf':
      signStep(clip, clean, gradient, length, budget.epsilon);
      return;
    case 'l2':
      normalizedStep(clip, gradient, length);
      break;
    case 'l1':
      sparseStep(clip, gradient, length, quantile);
      break;
  }
  project(clip, clean, budget, size);
}

function normalizedStep(clip: Float32Array, gradient: Float32Array, length: number): void {
  const { squares } = magnitudesOf(gradient);
  if (squares > 0) addScaled(clip, length / Math.sqrt(squares), gradient);
}

function sparseStep(
  clip: Float32Array,
  gradient: Float32Array,
  length: number,
  quantile: number,
): void {
  for (let index = 0; index < clip.length; index++) {
    const edge = gradient[index] < 0 ? 0 : 1;
    if (clip[index] === edge) gradient[index] = 0;
  }
  const share = Math.round((1 - quantile) * clip.length);
  const count = Math.max(1, Math.min(share, Math.floor(length * 255)));
  const bits = bitsOf(gradient);
  const { bits: threshold, above } = largestMagnitude(bits, count);
  if (threshold === 0 && above === 0) return;
  // Of equal magnitudes at the threshold, the first are taken; of values that are 0, none.
  let equals = threshold === 0 ? 0 : count - above;
  const move = length / (above + equals);
  for (let index = 0; index < clip.length; index++) {
    const magnitude = bits[index] & 0x7fffffff;
    if (magnitude < threshold || magnitude === 0) continue;
    if (magnitude === threshold && equals-- <= 0) continue;
    clip[index] += bits[index] < 0 ? -move : move;
  }
}

/** The bits of float32 values, as integers: a view. */
function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}
