import type { ClipSize } from '@msanet/core';

/** Weights of the terms of the objective; dimensionless, see `objectiveGradient`. */
export interface ObjectiveWeights {
  /** μ: how hard the victim's margin is pushed. The multiplier of the constraint that the clip be adversarial. */
  readonly margin: number;
  /** λ_p: mean absolute perturbation. */
  readonly size: number;
  /** λ_s: squared difference of neighbours in space. */
  readonly spatial: number;
  /** λ_t: squared difference of neighbouring frames. */
  readonly temporal: number;
}

/**
 * Derivative of the objective with respect to the perturbation p = M ⊙ δ.
 *
 * L(p) = −μ · m(x + p) / ḡ + λ_p ‖p‖₁ + λ_s / (2ε) Σ (p − p_right)² + (p − p_below)² + λ_t / (2ε) Σ (p_t − p_{t+1})²
 *
 * with m the victim's margin and ḡ the mean magnitude of its gradient over the clip. So every term's derivative is of
 * the order of its weight: a value is worth perturbing where its share of the gradient exceeds λ_p / μ.
 *
 * @param gradient victim's gradient of the margin, shape (frames, 3, height, width)
 * @param perturbation p, same shape
 * @param epsilon radius of the ball, sets the scale of the roughness terms
 * @param out receives the derivative, same shape
 */
export function objectiveGradient(
  gradient: Float32Array,
  perturbation: Float32Array,
  epsilon: number,
  weights: ObjectiveWeights,
  size: ClipSize,
  out: Float32Array,
): void {
  const mean = meanMagnitude(gradient);
  const pull = mean === 0 ? 0 : weights.margin / mean;
  const spatial = epsilon === 0 ? 0 : weights.spatial / epsilon;
  const temporal = epsilon === 0 ? 0 : weights.temporal / epsilon;
  const bits = new Int32Array(perturbation.buffer, perturbation.byteOffset, perturbation.length);
  const { frames, height, width } = size;
  const frameLength = 3 * height * width;
  for (let frame = 0; frame < frames; frame++) {
    // Where there is no neighbour a value is its own, and the difference vanishes.
    const before = frame > 0 ? -frameLength : 0;
    const after = frame < frames - 1 ? frameLength : 0;
    for (let row = 0; row < 3 * height; row++) {
      const above = row % height > 0 ? -width : 0;
      const below = row % height < height - 1 ? width : 0;
      const first = frame * frameLength + row * width;
      const last = first + width - 1;
      for (let index = first; index <= last; index++) {
        const value = perturbation[index];
        const left = index > first ? perturbation[index - 1] : value;
        const right = index < last ? perturbation[index + 1] : value;
        const overSpace =
          4 * value - left - right - perturbation[index + above] - perturbation[index + below];
        const overTime = 2 * value - perturbation[index + before] - perturbation[index + after];
        // The sign from the bits: a branch on it would go either way at random.
        const sign = ((bits[index] >> 31) | 1) & (-(bits[index] & 0x7fffffff) >> 31);
        out[index] =
          weights.size * sign - pull * gradient[index] + spatial * overSpace + temporal * overTime;
      }
    }
  }
}

/** Mean absolute value. */
function meanMagnitude(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]);
  return sum / values.length;
}
