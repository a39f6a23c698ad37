import { shrinkChange, shrunkChange } from '@msanet/simd';

/**
 * Moves a clip to the nearest one with ‖p − x‖₁ ≤ ε inside [0, 1], in place: p = clamp(x + sign(δ) · max(|δ| − θ, 0)).
 *
 * @param clip candidate of finite values, changed in place
 * @param clean x in [0, 1], as long
 */
export function shrinkInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  shrinkChange(clip, clean, ballThreshold(clip, clean, epsilon));
}

/** In a long clip, one value of so many says where the threshold of all lies, roughly. */
const sampling = 64;
/** Shorter clips need no guess. */
const longClip = 2 ** 15;

/**
 * The smallest θ ≥ 0 with Σ min(max(|δ| − θ, 0), room) ≤ ε.
 *
 * The sum falls piecewise linearly in θ and ever more slowly. Newton steps over the float32 numbers find the piece, bisection
 * catches those that leave the bracket; inside the piece the last step is exact. Every one of them reads the whole clip, so a
 * sample first tells where to begin.
 */
function ballThreshold(clip: Float32Array, clean: Float32Array, epsilon: number): number {
  let { sum, falling, largest: high } = shrunkChange(clip, clean, 0);
  if (sum <= epsilon) return 0;
  let low = 0;
  let threshold = 0;
  let next =
    clip.length < longClip
      ? (sum - epsilon) / falling
      : ballThreshold(sampleOf(clip), sampleOf(clean), epsilon / sampling);
  for (;;) {
    const last = threshold;
    threshold = Math.fround(next);
    if (threshold === last && last > 0) return next;
    if (!(threshold > low && threshold < high)) threshold = Math.fround((low + high) / 2);
    if (threshold <= low || threshold >= high) return high;
    ({ sum, falling } = shrunkChange(clip, clean, threshold));
    next = threshold + (sum - epsilon) / falling;
    if (sum > epsilon) low = threshold;
    else high = threshold;
  }
}

/** Every 64th value. */
function sampleOf(values: Float32Array): Float32Array {
  const sample = new Float32Array(Math.floor(values.length / sampling));
  for (let at = 0; at < sample.length; at++) sample[at] = values[at * sampling];
  return sample;
}
