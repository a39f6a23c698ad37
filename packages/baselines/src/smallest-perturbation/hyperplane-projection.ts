import { approach, approachGain } from '@msanet/simd';
import type { DualNorm } from './perturbation-size.js';

/**
 * The shortest step from a point to a hyperplane inside [0, 1]: d that minimises ‖d‖_p with
 * value + ⟨normal, d⟩ = 0 and point + d ∈ [0, 1] (Croce & Hein, ICML 2020, equation 4).
 *
 * Every value can only help in one direction, and only by its room up to 0 or 1. With c = |value| to be made up for:
 * - `linf`, `l2`: |d_i| = min(λ · r_i, room_i) with r_i = 1 or |normal_i|. What is made up for is a concave piecewise linear
 *   function of λ, so Newton's method from 0 rises to its root and ends there after finitely many steps.
 * - `l1`: the values of the largest |normal_i| go as far as they can, and one as far as it must. The |normal_i| at which this
 *   ends is found by bisection over the bit patterns of float32, which is exact.
 *
 * Where [0, 1] does not reach the hyperplane, it is the step to the nearest that [0, 1] comes.
 *
 * @param point in [0, 1], any length
 * @param normal same length
 * @param value the linear function at the point
 * @returns d, same length
 */
export function stepToHyperplane(
  point: Float32Array,
  normal: Float32Array,
  value: number,
  norm: DualNorm,
): Float32Array {
  const step = new Float32Array(point.length);
  if (value === 0) return step;
  const sign = value > 0 ? -1 : 1;
  if (norm === 'l1') goSteepestFirst(step, point, normal, value, sign);
  else goTogether(step, point, normal, value, sign, norm);
  return step;
}

/** How far a value can move in the direction in which it helps. */
function roomOf(value: number, slope: number): number {
  return slope > 0 ? 1 - value : value;
}

function goTogether(
  step: Float32Array,
  point: Float32Array,
  normal: Float32Array,
  value: number,
  sign: 1 | -1,
  norm: 'linf' | 'l2',
): void {
  const even = norm === 'linf';
  let scale = 0;
  while (scale < Infinity) {
    const { stopped, rate } = approachGain(point, normal, { scale, sign, even });
    const next = rate === 0 ? Infinity : (Math.abs(value) - stopped) / rate;
    if (!(next > scale * (1 + scaleTolerance))) break;
    scale = next;
  }
  approach(step, point, normal, { scale, sign, even });
}

/** Where the scale counts as found: well below what float32 resolves. */
const scaleTolerance = 1e-12;

function goSteepestFirst(
  step: Float32Array,
  point: Float32Array,
  normal: Float32Array,
  value: number,
  sign: 1 | -1,
): void {
  const slopes = normal.map(Math.abs);
  // The bit patterns of floats that are not negative are in the order of the floats.
  const order = new Uint32Array(slopes.buffer);
  const gainAbove = (bits: number): number => {
    let sum = 0;
    for (let index = 0; index < point.length; index++) {
      if (order[index] > bits) sum += slopes[index] * roomOf(point[index], sign * normal[index]);
    }
    return sum;
  };
  const target = Math.abs(value);
  let low = 0;
  let high = largestFinite;
  // The smallest threshold above which the gains do not exceed the target.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (gainAbove(middle) <= target) high = middle;
    else low = middle + 1;
  }
  let left = target - gainAbove(high);
  for (let index = 0; index < point.length; index++) {
    if (order[index] === 0 || order[index] < high) continue;
    let length = roomOf(point[index], sign * normal[index]);
    if (order[index] === high) {
      length = Math.min(length, left / slopes[index]);
      left -= length * slopes[index];
    }
    step[index] = sign * normal[index] > 0 ? length : -length;
  }
}

/** The bit pattern of the largest finite float32. */
const largestFinite = 0x7f7fffff;
