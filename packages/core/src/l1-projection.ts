/**
 * Moves a clip to the nearest one with ‖p − x‖₁ ≤ ε inside [0, 1], in place: p = clamp(x + sign(δ) · max(|δ| − θ, 0)).
 *
 * @param clip candidate of finite values, changed in place
 * @param clean x in [0, 1], as long
 */
export function shrinkInto(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  let sum = 0;
  let falling = 0;
  let largest = 0;
  let count = 0;
  for (let index = 0; index < clip.length; index++) {
    const delta = clip[index] - clean[index];
    if (delta === 0) continue;
    const magnitude = Math.abs(delta);
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
  readonly #signs: Int8Array;
  #count: number;

  constructor(clip: Float32Array, clean: Float32Array, count: number) {
    this.#indices = new Uint32Array(count);
    this.#magnitudes = new Float64Array(count);
    this.#rooms = new Float64Array(count);
    this.#signs = new Int8Array(count);
    this.#count = count;
    const [indices, magnitudes, rooms, signs] = this.#arrays();
    let at = 0;
    for (let index = 0; index < clip.length; index++) {
      const delta = clip[index] - clean[index];
      if (delta === 0) continue;
      indices[at] = index;
      magnitudes[at] = Math.abs(delta);
      rooms[at] = room(clean[index], delta);
      signs[at] = Math.sign(delta);
      at += 1;
    }
  }

  /** Σ min(max(|δ| − θ, 0), room), and how many terms fall with θ; forgets values up to `low`, a lower bound of θ. */
  sumAbove(threshold: number, low: number): { sum: number; falling: number } {
    const [indices, magnitudes, rooms, signs] = this.#arrays();
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
      signs[kept] = signs[at];
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
    const [indices, magnitudes, rooms, signs] = this.#arrays();
    clip.set(clean);
    for (let at = 0; at < this.#count; at++) {
      const rest = magnitudes[at] - threshold;
      if (rest > 0) clip[indices[at]] += signs[at] * Math.min(rest, rooms[at]);
    }
  }

  /** The arrays, for loops: a private field costs a look-up at every use. */
  #arrays(): [Uint32Array, Float64Array, Float64Array, Int8Array] {
    return [this.#indices, this.#magnitudes, this.#rooms, this.#signs];
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

/** How far a value may move from `centre` in the direction of `delta` before it leaves [0, 1]. */
function room(centre: number, delta: number): number {
  return 0.5 + Math.sign(delta) * (0.5 - centre);
}
