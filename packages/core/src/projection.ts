import { ballPosition, scaleChange } from '@msanet/simd';
import type { Budget } from './budget.js';
import type { ClipSize } from './clip.js';
import { shrinkInto } from './l1-projection.js';

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

function scaleInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  const { squares, insideRange } = ballPosition(clip, clean);
  const norm = Math.sqrt(squares);
  if (norm <= epsilon && insideRange) return;
  let scale = norm <= epsilon ? 1 : epsilon / norm;
  if (!insideRange) scale = widestScale(clip, clean, epsilon, scale);
  scaleChange(clip, clean, scale);
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

function keepPixels(clip: Float32Array, clean: Float32Array, pixels: number, size: ClipSize): void {
  const area = size.height * size.width;
  const costs = new Float64Array(size.frames * area);
  for (let plane = 0; plane < 3 * size.frames; plane++) {
    const [start, first] = [plane * area, Math.floor(plane / 3) * area];
    for (let at = 0; at < area; at++) {
      costs[first + at] += resetCost(clip[start + at], clean[start + at], 1);
    }
  }
  const kept = largest(costs, pixels);
  for (let plane = 0; plane < 3 * size.frames; plane++) {
    const [start, first] = [plane * area, Math.floor(plane / 3) * area];
    for (let at = 0; at < area; at++) {
      const index = start + at;
      clip[index] = kept[first + at] === 1 ? clamp(clip[index], clean[index], 1) : clean[index];
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
  const bound = count < values.length ? valueAtRank(values, count) : 0;
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

/**
 * The value of a rank among values that are not negative; `Infinity` for rank 0.
 *
 * It sorts only those that the leading bits of all values do not decide.
 *
 * @param rank 1 for the largest, at most their number
 */
function valueAtRank(values: Float64Array, rank: number): number {
  if (rank === 0) return Infinity;
  // Floats that are not negative are in the order of their bits: sign, exponent and 4 bits of the fraction come first.
  const leading = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const bucketOf = (index: number): number => leading[2 * index + 1] >>> 16;
  const counts = new Uint32Array(2 ** 15);
  for (let index = 0; index < values.length; index++) counts[bucketOf(index)] += 1;
  let bucket = counts.length - 1;
  let above = 0;
  while (above + counts[bucket] < rank) above += counts[bucket--];
  const undecided = new Float64Array(counts[bucket]);
  let at = 0;
  for (let index = 0; index < values.length; index++) {
    if (bucketOf(index) === bucket) undecided[at++] = values[index];
  }
  return undecided.sort()[undecided.length - (rank - above)];
}
