import { project } from '@msanet/core';
import {
  candidate,
  probe,
  type QueryPart,
  type QuerySearch,
  type QuerySubject,
} from './query-search.js';
import { scoreOf, type ScoreForm } from './score.js';

/** How ascent along a bandit's prior proceeds. */
export interface BanditOptions {
  /** δ: weight of the noise beside the prior. */
  readonly exploration: number;
  /** η: Euclidean length of the finite difference in each frame, on values in [0, 1]. */
  readonly difference: number;
  /** Online learning rate of the prior. */
  readonly learningRate: number;
  /** Length of a step, on values in [0, 1]. */
  readonly stepSize: number;
  readonly loss: ScoreForm;
}

/** Keeps a direction finite where a frame has none. */
const smallestNorm = 1e-8;

/**
 * Ascent by signs along a gradient prior that a bandit learns from one pair of questions per step (Ilyas et al., Prior
 * Convictions, ICLR 2019, section 3):
 *
 * v ← v + κ · (L(p + η · q₊ / ‖q₊‖) − L(p + η · q₋ / ‖q₋‖)) / (η δ) · u, with q± = v ± δ · u and norms of single frames;
 * p ← clamp(p + α · sign(v)).
 *
 * Samples beyond the edges of [0, 1] are moved onto them. A step costs two forward queries, and one for its result.
 *
 * @param draw fills an array of the clip's shape with noise u
 */
export function* banditAscent(
  subject: QuerySubject,
  options: BanditOptions,
  draw: (noise: Float32Array) => void,
): QuerySearch {
  const { clean, budget, size } = subject;
  const { exploration, difference, learningRate, stepSize } = options;
  const point = clean.slice();
  const prior = new Float32Array(clean.length);
  const noise = new Float32Array(clean.length);
  const sample = new Float32Array(clean.length);

  const scoreTowards = function* (side: number): QueryPart<number> {
    for (let index = 0; index < sample.length; index++) {
      sample[index] = prior[index] + side * exploration * noise[index];
    }
    stretchFrames(sample, size.frames, difference);
    for (let index = 0; index < sample.length; index++) sample[index] += point[index];
    const { logits } = yield* probe(sample);
    return scoreOf(logits, subject.criterion, options.loss);
  };

  for (;;) {
    draw(noise);
    const above = yield* scoreTowards(1);
    const below = yield* scoreTowards(-1);
    const rate = (learningRate * (above - below)) / (difference * exploration);
    for (let index = 0; index < prior.length; index++) {
      prior[index] += rate * noise[index];
      point[index] += stepSize * Math.sign(prior[index]);
    }
    project(point, clean, budget, size);
    yield* candidate(point);
  }
}

/** Gives every frame the Euclidean norm `length`, in place; a frame of zeros stays. */
function stretchFrames(values: Float32Array, frames: number, length: number): void {
  const count = values.length / frames;
  for (let first = 0; first < values.length; first += count) {
    let squares = 0;
    for (let index = first; index < first + count; index++) squares += values[index] ** 2;
    const scale = length / Math.max(Math.sqrt(squares), smallestNorm);
    for (let index = first; index < first + count; index++) values[index] *= scale;
  }
}
