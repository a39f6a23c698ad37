import type { Budget } from './budget.js';
import type { ClipSize } from './clip.js';

/**
 * Moves a clip to the nearest one that is inside the budget around `clean` and inside [0, 1], in place.
 *
 * With c the candidate, x the clean clip and δ = c − x, it finds the p that minimises ‖p − c‖₂ over both sets at once:
 *
 * - `linf`, ‖p − x‖∞ ≤ ε: clamping.
 * - `l2`, ‖p − x‖₂ ≤ ε: p = clamp(x + s·δ), with the scale s ≤ 1 that the ball asks for.
 * - `l1`, ‖p − x‖₁ ≤ ε: p = clamp(x + sign(δ) · max(|δ| − θ, 0)), with the threshold θ ≥ 0 that the ball asks for
 *   (soft thresholding; without the clamp as in Duchi et al., ICML 2008).
 * - `l0`: keeps the pixels that it costs most to reset.
 * - `frames`: clamps, and keeps the frames that it costs most to reset.
 *
 * @param clip candidate of finite values, shape (frames, 3, height, width), changed in place
 * @param clean the unperturbed clip in [0, 1], same shape
 */
export function project(
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
): void {
  switch (budget.norm) {
    case 'linf':
      clampAround(clip, clean, budget.epsilon);
      return;
    case 'l2':
      scaleInto(clip, clean, budget.epsilon);
      return;
    case 'l1':
      shrinkInto(clip, clean, budget.epsilon);
      return;
    case 'l0':
      keepPixels(clip, clean, budget.pixels, size);
      return;
    case 'frames':
      keepFrames(clip, clean, budget.frames, budget.epsilon, size);
      return;
  }
}

function clampAround(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  for (let index = 0; index < clip.length; index++) {
    clip[index] = clamp(clip[index], clean[index], epsilon);
  }
}

/** The nearest value to `value` that is at most `epsilon` from `centre`, and in [0, 1]. */
function clamp(value: number, centre: number, epsilon: number): number {
  const low = centre > epsilon ? centre - epsilon : 0;
  const high = centre < 1 - epsilon ? centre + epsilon : 1;
  return value < low ? low : value > high ? high : value;
}

/** How far a value may move from `centre` in the direction of `delta` before it leaves [0, 1]. */
function room(centre: number, delta: number): number {
  return delta < 0 ? centre : 1 - centre;
}

function scaleInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  let squares = 0;
  let insideRange = true;
  for (let index = 0; index < clip.length; index++) {
    const value = clip[index];
    const delta = value - clean[index];
    squares += delta * delta;
    if (!(value >= 0 && value <= 1)) insideRange = false;
  }
  const norm = Math.sqrt(squares);
  if (norm <= epsilon && insideRange) return;
  let scale = norm <= epsilon ? 1 : epsilon / norm;
  if (!insideRange) scale = widestScale(clip, clean, epsilon, scale);
  for (let index = 0; index < clip.length; index++) {
    const value = clean[index] + scale * (clip[index] - clean[index]);
    clip[index] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
}

/**
 * The largest s ≤ 1 with ‖clamp(x + s·δ) − x‖₂ ≤ ε, from a smaller one.
 *
 * Values that [0, 1] stops leave length to the others. Each round solves for s with the values stopped so far; that
 * never overshoots, and ends when no further value is stopped.
 */
function widestScale(
  clip: Float32Array,
  clean: Float32Array,
  epsilon: number,
  start: number,
): number {
  let scale = start;
  while (scale < 1) {
    let stopped = 0;
    let free = 0;
    for (let index = 0; index < clip.length; index++) {
      const centre = clean[index];
      const delta = clip[index] - centre;
      const moved = centre + scale * delta;
      if (moved < 0) stopped += centre * centre;
      else if (moved > 1) stopped += (1 - centre) * (1 - centre);
      else free += delta * delta;
    }
    const next = Math.min(1, Math.sqrt(Math.max(0, epsilon * epsilon - stopped) / free));
    if (!(next > scale * (1 + scaleTolerance))) break;
    scale = next;
  }
  return scale;
}

/** Where the scale of the l2 projection counts as found: well below what float32 resolves. */
const scaleTolerance = 1e-8;

function shrinkInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  let sum = 0;
  let falling = 0;
  let largest = 0;
  let count = 0;
  for (let index = 0; index < clip.length; index++) {
    const delta = clip[index] - clean[index];
    if (delta === 0) continue;
    const magnitude = delta < 0 ? -delta : delta;
    const reach = room(clean[index], delta);
    if (magnitude > largest) largest = magnitude;
    if (magnitude < reach) {
      falling += 1;
      sum += magnitude;
    } else sum += reach;
    count += 1;
  }
  const changes = new Changes(clip, clean, count);
  const threshold =
    sum <= epsilon ? 0 : ballThreshold(changes, epsilon, { sum, falling, high: largest });
  changes.write(clip, clean, threshold);
}

/** The values of a clip that differ from the clean one. Those that no longer count are dropped. */
class Changes {
  readonly #indices: Uint32Array;
  /** |δ|. */
  readonly #magnitudes: Float64Array;
  /** How far each may move before it leaves [0, 1]. */
  readonly #rooms: Float64Array;
  readonly #negative: Uint8Array;
  #count: number;

  constructor(clip: Float32Array, clean: Float32Array, count: number) {
    this.#indices = new Uint32Array(count);
    this.#magnitudes = new Float64Array(count);
    this.#rooms = new Float64Array(count);
    this.#negative = new Uint8Array(count);
    this.#count = count;
    let at = 0;
    for (let index = 0; index < clip.length; index++) {
      const delta = clip[index] - clean[index];
      if (delta === 0) continue;
      this.#indices[at] = index;
      this.#magnitudes[at] = delta < 0 ? -delta : delta;
      this.#rooms[at] = room(clean[index], delta);
      this.#negative[at] = delta < 0 ? 1 : 0;
      at += 1;
    }
  }

  /** Σ min(max(|δ| − θ, 0), room), and how many terms fall with θ; forgets values up to `low`, a lower bound of θ. */
  sumAbove(threshold: number, low: number): { sum: number; falling: number } {
    const [indices, magnitudes, rooms] = [this.#indices, this.#magnitudes, this.#rooms];
    const negative = this.#negative;
    let sum = 0;
    let falling = 0;
    let kept = 0;
    for (let at = 0; at < this.#count; at++) {
      const magnitude = magnitudes[at];
      if (magnitude <= low) continue;
      const reach = rooms[at];
      indices[kept] = indices[at];
      magnitudes[kept] = magnitude;
      rooms[kept] = reach;
      negative[kept] = negative[at];
      kept += 1;
      const rest = magnitude - threshold;
      if (rest <= 0) continue;
      if (rest < reach) {
        sum += rest;
        falling += 1;
      } else sum += reach;
    }
    this.#count = kept;
    return { sum, falling };
  }

  /** Sets every value to its clean one, but for what is left of its change above the threshold. */
  write(clip: Float32Array, clean: Float32Array, threshold: number): void {
    clip.set(clean);
    for (let at = 0; at < this.#count; at++) {
      const rest = this.#magnitudes[at] - threshold;
      if (rest <= 0) continue;
      const kept = Math.min(rest, this.#rooms[at]);
      const index = this.#indices[at];
      clip[index] = this.#negative[at] === 1 ? clean[index] - kept : clean[index] + kept;
    }
  }
}

/**
 * The smallest θ ≥ 0 with Σ min(max(|δ| − θ, 0), room) ≤ ε, for changes that are more at θ = 0.
 *
 * The sum falls piecewise linearly in θ. Newton steps find the piece, bisection catches those that leave the bracket. Values
 * that a lower bound of θ takes to 0 no longer count, so every round looks at fewer.
 */
function ballThreshold(
  changes: Changes,
  epsilon: number,
  start: { readonly sum: number; readonly falling: number; readonly high: number },
): number {
  let { sum, falling, high } = start;
  let low = 0;
  let threshold = 0;
  for (let round = 0; round < 100; round++) {
    const newton = threshold + (sum - epsilon) / falling;
    threshold = newton > low && newton < high ? newton : (low + high) / 2;
    if (threshold <= low || threshold >= high) break;
    ({ sum, falling } = changes.sumAbove(threshold, low));
    if (sum > epsilon) low = threshold;
    else if (sum >= epsilon * (1 - 1e-9)) return threshold;
    else high = threshold;
  }
  return high;
}

function keepPixels(clip: Float32Array, clean: Float32Array, pixels: number, size: ClipSize): void {
  const area = size.height * size.width;
  const costs = new Float64Array(size.frames * area);
  for (let pixel = 0; pixel < costs.length; pixel++) {
    const first = Math.floor(pixel / area) * 3 * area + (pixel % area);
    for (let index = first; index < first + 3 * area; index += area) {
      costs[pixel] += resetCost(clip[index], clean[index], 1);
    }
  }
  const kept = largest(costs, pixels);
  for (let pixel = 0; pixel < costs.length; pixel++) {
    const first = Math.floor(pixel / area) * 3 * area + (pixel % area);
    for (let index = first; index < first + 3 * area; index += area) {
      clip[index] = kept[pixel] ? clamp(clip[index], clean[index], 1) : clean[index];
    }
  }
}

function keepFrames(
  clip: Float32Array,
  clean: Float32Array,
  frames: number,
  epsilon: number,
  size: ClipSize,
): void {
  const length = 3 * size.height * size.width;
  const costs = new Float64Array(size.frames);
  for (let frame = 0; frame < size.frames; frame++) {
    for (let index = frame * length; index < (frame + 1) * length; index++) {
      costs[frame] += resetCost(clip[index], clean[index], epsilon);
    }
  }
  const kept = largest(costs, frames);
  for (let frame = 0; frame < size.frames; frame++) {
    const [start, end] = [frame * length, (frame + 1) * length];
    if (kept[frame]) clampAround(clip.subarray(start, end), clean.subarray(start, end), epsilon);
    else clip.set(clean.subarray(start, end), start);
  }
}

/** How much the squared distance to the candidate grows if a value is reset to clean instead of clamped. */
function resetCost(value: number, centre: number, epsilon: number): number {
  const reset = value - centre;
  const clamped = value - clamp(value, centre, epsilon);
  return reset * reset - clamped * clamped;
}

/** Marks the `count` largest positive values; the first of equals. */
function largest(values: Float64Array, count: number): Uint8Array {
  const marks = new Uint8Array(values.length);
  const sorted = values.slice().sort();
  const bound = count < values.length ? (sorted[values.length - count] ?? Infinity) : 0;
  let left = count;
  for (let index = 0; index < values.length; index++) {
    if (values[index] > Math.max(bound, 0)) {
      marks[index] = 1;
      left -= 1;
    }
  }
  for (let index = 0; index < values.length && left > 0; index++) {
    if (values[index] === bound && bound > 0) {
      marks[index] = 1;
      left -= 1;
    }
  }
  return marks;
}
