import { Adam } from '../smallest-perturbation/adam.js';
import {
  gradientAt,
  judgementAt,
  type Search,
  type SearchSubject,
} from '../smallest-perturbation/search.js';
import type { FrameValues } from './frame-values.js';
import { logProbabilityLoss } from './log-probability-loss.js';

/**
 * What is to stay small about the perturbation of some frames.
 *
 * @param delta shape (chosen frames, 3, height, width)
 * @param gradient same shape; `weight` times the gradient is added to it
 * @returns its value, unweighted
 */
export type Regularizer = (delta: Float32Array, gradient?: Float32Array, weight?: number) => number;

/** How the descent proceeds. */
export interface DescentOptions {
  readonly steps: number;
  /** Step size of Adam, on values in [0, 1]. */
  readonly stepSize: number;
  /** λ, the weight of the regulariser. */
  readonly weight: number;
  /** The descent ends when the loss changes by less than that from step to step. */
  readonly tolerance: number;
}

/** The value that perturbations start from, as in the code of Wei et al. (2019): 0.01 of 255. */
const start = 0.01 / 255;

/**
 * Adam on λ · R(δ) − log(1 − p_label), δ a perturbation of the chosen frames alone; after each step δ is clamped to the
 * budget and to what keeps the clip in [0, 1]. So δ is the perturbation that is seen, and no pixel at an edge of the range
 * is lost, as it is where only the clip is clipped.
 *
 * A step costs one gradient query; the last point costs one forward query.
 */
export function* descendOnFrames(
  { clean, bound, criterion }: SearchSubject,
  chosen: FrameValues,
  regularizer: Regularizer,
  { steps, stepSize, weight, tolerance }: DescentOptions,
): Search {
  const centre = chosen.gather(clean);
  const delta = new Float32Array(chosen.length).fill(start);
  const slope = new Float32Array(chosen.length);
  const values = new Float32Array(chosen.length);
  const point = clean.slice();
  const adam = new Adam(chosen.length, stepSize);

  const place = (): void => {
    for (let index = 0; index < delta.length; index++) {
      const low = Math.max(-bound, -centre[index]);
      const high = Math.min(bound, 1 - centre[index]);
      const kept = Math.min(high, Math.max(low, delta[index]));
      delta[index] = kept;
      values[index] = centre[index] + kept;
    }
    chosen.scatter(values, point);
  };

  place();
  let last = Infinity;
  for (let step = 0; step < steps; step++) {
    const { logits, gradient } = yield* gradientAt(point, { kind: 'cross-entropy' });
    const { value, scale } = logProbabilityLoss(logits, criterion);
    chosen.gather(gradient, slope);
    for (let index = 0; index < slope.length; index++) slope[index] *= scale;
    const loss = value + weight * regularizer(delta, slope, weight);
    if (Math.abs(loss - last) < tolerance) return;
    last = loss;
    adam.descend(delta, slope);
    place();
  }
  yield* judgementAt(point);
}
