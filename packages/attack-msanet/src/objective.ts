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
  for (let index = 0; index < out.length; index++) {
    out[index] = weights.size * Math.sign(perturbation[index]) - pull * gradient[index];
  }
  if (epsilon === 0) return;
  const { height, width } = size;
  const frame = 3 * height * width;
  if (weights.temporal > 0) {
    addRoughness(perturbation, frame, out.length, weights.temporal / epsilon, out);
  }
  if (weights.spatial > 0) {
    const strength = weights.spatial / epsilon;
    for (let plane = 0; plane < out.length; plane += height * width) {
      const end = plane + height * width;
      addRoughness(
        perturbation.subarray(plane, end),
        width,
        height * width,
        strength,
        out.subarray(plane, end),
      );
    }
    addRowRoughness(perturbation, width, strength, out);
  }
}

/** Mean absolute value. */
export function meanMagnitude(values: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]);
  return sum / values.length;
}

/** Adds the derivative of strength/2 · Σ (p_i − p_{i+stride})² over all pairs inside `length`. */
function addRoughness(
  perturbation: Float32Array,
  stride: number,
  length: number,
  strength: number,
  out: Float32Array,
): void {
  for (let index = 0; index + stride < length; index++) {
    const slope = strength * (perturbation[index] - perturbation[index + stride]);
    out[index] += slope;
    out[index + stride] -= slope;
  }
}

/** As `addRoughness` between horizontal neighbours, which do not cross the end of a row. */
function addRowRoughness(
  perturbation: Float32Array,
  width: number,
  strength: number,
  out: Float32Array,
): void {
  for (let row = 0; row < out.length; row += width) {
    for (let index = row; index + 1 < row + width; index++) {
      const slope = strength * (perturbation[index] - perturbation[index + 1]);
      out[index] += slope;
      out[index + 1] -= slope;
    }
  }
}
