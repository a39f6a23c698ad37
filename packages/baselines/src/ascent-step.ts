import type { Random } from '@msanet/tensor';

/** The norms in which steepest ascent is defined here. */
export type AscentNorm = 'linf' | 'l2';

/**
 * One step of steepest ascent on one clip, in place: by α · sign(g) in L∞, by α · g / ‖g‖₂ over the whole clip in L2.
 *
 * A clip whose gradient is zero stays where it is.
 *
 * @param clip shape (frames, 3, height, width)
 * @param gradient same shape
 */
export function ascentStep(
  clip: Float32Array,
  gradient: Float32Array,
  norm: AscentNorm,
  stepSize: number,
): void {
  if (norm === 'linf') {
    for (let index = 0; index < clip.length; index++) {
      clip[index] += stepSize * Math.sign(gradient[index]);
    }
    return;
  }
  const length = euclideanNorm(gradient);
  if (length === 0) return;
  const scale = stepSize / length;
  for (let index = 0; index < clip.length; index++) clip[index] += scale * gradient[index];
}

/**
 * Moves a clip to a random point of the ball around it, in place: uniform in the cube for L∞; for L2 uniform in the
 * ball, a normal direction at radius ε · u^(1/n).
 */
export function randomStart(
  clip: Float32Array,
  norm: AscentNorm,
  epsilon: number,
  random: Random,
): void {
  if (norm === 'linf') {
    for (let index = 0; index < clip.length; index++)
      clip[index] += random.uniform(-epsilon, epsilon);
    return;
  }
  const direction = random.fillNormal(new Float32Array(clip.length));
  const radius = epsilon * random.uniform() ** (1 / clip.length);
  const scale = radius / euclideanNorm(direction);
  for (let index = 0; index < clip.length; index++) clip[index] += scale * direction[index];
}

function euclideanNorm(values: Float32Array): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += values[index] * values[index];
  return Math.sqrt(squares);
}
