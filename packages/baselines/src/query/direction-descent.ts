import type { DualNorm } from '../smallest-perturbation/perturbation-size.js';
import { normalize, type BoundarySearch } from './boundary-search.js';
import type { QueryPart, QuerySearch, QuerySubject } from './query-search.js';

/** A direction of norm 1, and the distance to the boundary along it. */
export interface Found {
  readonly direction: Float32Array;
  readonly distance: number;
}

/** How directions are turned. */
export interface DescentOptions {
  /** 1 where directions may differ from 0. */
  readonly mask: Uint8Array;
  readonly norm: DualNorm;
  /** q: random directions per round. */
  readonly samples: number;
  /** β: how far they lie from the present direction, both of norm 1. */
  readonly radius: number;
  /** α: the first step against the slope. */
  readonly stepSize: number;
}

/** Most lengthenings or shortenings of a step per round. */
const trials = 15;
/** The step below which samples come nearer instead, and the step then. */
const leastStep = 1e-4;
const freshStep = 1;
/** The radius below which the search ends. */
const leastRadius = 1e-4;
/** b: scale of the slope, as in AutoZOOM (Tu et al., AAAI 2019). */
const slopeScale = 15;

/**
 * Turns a direction θ so that the boundary comes nearer along it (Wei et al., AAAI 2020, algorithm 2): with random directions
 * u of norm 1 and g the distance,
 *
 * slope = b / q · Σ (g(θ + βu) / g(θ) − 1) / β · u, and θ ← θ − α · slope, divided by its norm.
 *
 * In every round α is doubled while that helps, and quartered while it does not; a sample that is better than what the step
 * gives is taken instead. Where α gets too small, β is divided by ten. Samples whose boundary is not near are passed over.
 *
 * @param judge called with each new best
 */
export function* descendDirections(
  { clean, random }: QuerySubject,
  boundary: BoundarySearch,
  { mask, norm, samples, radius, stepSize }: DescentOptions,
  start: Found,
  judge: (found: Found) => QueryPart<void>,
): QuerySearch {
  let best = start;
  let step = stepSize;
  let reach = radius;
  const slope = new Float32Array(clean.length);
  const noise = new Float32Array(clean.length);
  const trial = new Float32Array(clean.length);

  /** θ + scale · other on the mask, of norm 1; valid until the next call. */
  const turned = (from: Found, scale: number, other: Float32Array): Float32Array => {
    for (let index = 0; index < trial.length; index++) {
      trial[index] = mask[index] * (from.direction[index] + scale * other[index]);
    }
    normalize(trial, norm);
    return trial;
  };
  /** The turned direction, where the boundary is nearer along it than along the best so far. */
  const nearer = function* (than: Found, from: Found, scale: number): QueryPart<Found | undefined> {
    const distance = yield* boundary.below(turned(from, scale, slope), than.distance);
    return distance !== undefined && distance < than.distance
      ? { direction: trial.slice(), distance }
      : undefined;
  };

  while (reach >= leastRadius) {
    slope.fill(0);
    let sampled: Found | undefined;
    let near = 0;
    for (let sample = 0; sample < samples; sample++) {
      random.fillNormal(noise);
      normalize(noise, norm);
      const distance = yield* boundary.near(turned(best, reach, noise), best.distance);
      if (distance === undefined) continue;
      near += 1;
      const rise = (slopeScale * (distance / best.distance - 1)) / (samples * reach);
      for (let index = 0; index < slope.length; index++) slope[index] += rise * noise[index];
      if (distance < (sampled?.distance ?? best.distance)) {
        sampled = { direction: trial.slice(), distance };
      }
    }
    if (near === 0) return;
    const from = best;
    let found = from;
    for (let lengthening = 0; lengthening < trials; lengthening++) {
      const next = yield* nearer(found, from, -step);
      step *= 2;
      if (next === undefined) break;
      found = next;
    }
    for (let shortening = 0; found === from && shortening < trials; shortening++) {
      step *= 0.25;
      found = (yield* nearer(from, from, -step)) ?? from;
    }
    if (sampled !== undefined && sampled.distance < found.distance) found = sampled;
    if (found !== best) {
      best = found;
      yield* judge(best);
    }
    if (step < leastStep) {
      step = freshStep;
      reach *= 0.1;
    }
  }
}
