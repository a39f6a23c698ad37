import { normOf, type DualNorm } from '../smallest-perturbation/perturbation-size.js';
import { probe, type QueryPart, type QuerySubject } from './query-search.js';

/** How far a search goes beyond a distance before it gives up, as a factor. */
const furthest = 1.1;
/** By how much the distance changes from question to question, as a share. */
const stride = 0.01;

/**
 * Looks for the distance g(θ) at which clips along a direction θ become adversarial: x + λθ for λ from g(θ) on (Cheng et al.,
 * Query-Efficient Hard-label Black-box Attack, ICLR 2019). It looks at the victim's choice alone.
 *
 * Directions have norm 1 in the norm of the budget, so distances are in the unit of its ε.
 */
export class BoundarySearch {
  readonly #subject: QuerySubject;
  readonly #tolerance: number;
  readonly #point: Float32Array;

  /** @param tolerance how exactly a distance is found, as a share of it */
  constructor(subject: QuerySubject, tolerance: number) {
    this.#subject = subject;
    this.#tolerance = tolerance;
    this.#point = new Float32Array(subject.clean.length);
  }

  /** x + λθ; valid until the next call. */
  at(direction: Float32Array, distance: number): Float32Array {
    const { clean } = this.#subject;
    for (let index = 0; index < clean.length; index++) {
      this.#point[index] = clean[index] + distance * direction[index];
    }
    return this.#point;
  }

  /** Whether the clip at that distance is adversarial. Cost: one query. */
  *isAdversarial(direction: Float32Array, distance: number): QueryPart<boolean> {
    return (yield* probe(this.at(direction, distance))).adversarial;
  }

  /** g(θ) by halving an interval whose upper end is adversarial. */
  *between(direction: Float32Array, low: number, high: number): QueryPart<number> {
    while (high - low > this.#tolerance * high) {
      const middle = (low + high) / 2;
      if (yield* this.isAdversarial(direction, middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  /** g(θ) where it is below that distance; else nothing, after one query. */
  *below(direction: Float32Array, distance: number): QueryPart<number | undefined> {
    if (!(yield* this.isAdversarial(direction, distance))) return undefined;
    let high = distance;
    let low = high * (1 - stride);
    while (yield* this.isAdversarial(direction, low)) {
      high = low;
      low *= 1 - stride;
    }
    return yield* this.between(direction, low, high);
  }

  /** g(θ) where it is near that distance, at most a tenth above; else nothing. */
  *near(direction: Float32Array, distance: number): QueryPart<number | undefined> {
    const below = yield* this.below(direction, distance);
    if (below !== undefined) return below;
    let low = distance;
    let high = distance * (1 + stride);
    while (!(yield* this.isAdversarial(direction, high))) {
      low = high;
      high *= 1 + stride;
      if (high > furthest * distance) return undefined;
    }
    return yield* this.between(direction, low, high);
  }
}

/** Divides a direction by its norm, in place; one of zeros stays. Returns the norm. */
export function normalize(direction: Float32Array, norm: DualNorm): number {
  const length = normOf(direction, norm);
  if (length === 0) return 0;
  for (let index = 0; index < direction.length; index++) direction[index] /= length;
  return length;
}
