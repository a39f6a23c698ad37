/**
 * The 8-bit grid: the values level / 255 for levels 0 … 255, in float32.
 *
 * Videos are stored with 8 bits per channel, so an adversarial clip counts only on this grid.
 */
const values = Float32Array.from({ length: 256 }, (_, level) => level / 255);

/** The float32 value of an 8-bit level. */
export function valueOfLevel(level: number): number {
  return values[level];
}

/** The nearest 8-bit level of a value in [0, 1]. */
export function levelOf(value: number): number {
  // Integers from here on. Half a level more, cut off, is the nearest: 255 times a float32 is exact in a double.
  return value >= 1 ? 255 : value > 0 ? (value * 255 + 0.5) | 0 : 0;
}

/** The nearest 8-bit levels of values in [0, 1]. */
export function toLevels(clip: Float32Array): Uint8Array {
  const levels = new Uint8Array(clip.length);
  for (let index = 0; index < clip.length; index++) levels[index] = levelOf(clip[index]);
  return levels;
}

/** The float32 values of 8-bit levels, written to `out`. */
export function fromLevels(
  levels: Uint8Array,
  out: Float32Array = new Float32Array(levels.length),
): Float32Array {
  for (let index = 0; index < levels.length; index++) out[index] = values[levels[index]];
  return out;
}
