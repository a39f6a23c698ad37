import { forTiles, kernels, measure } from './tiles.js';

/** How far rounding leaves a clip from the clean one, in 8-bit levels. */
export interface RoundedChange {
  /** Sum of the absolute changes. */
  readonly sum: number;
  /** Sum of the squared changes. */
  readonly squares: number;
}

/**
 * out ← clip, every value on its nearest 8-bit level, half a level towards the clean one.
 *
 * @param clip values in [0, 1]
 * @param clean values in [0, 1], as many
 */
export function roundTowards(
  out: Float32Array,
  clip: Float32Array,
  clean: Float32Array,
): RoundedChange {
  const [sum, squares] = measure([clip, clean], kernels.roundTowards, ['sum', 'sum'], {
    tile: 2,
    to: out,
  });
  return { sum, squares };
}

/** clip ← clip, every value on its nearest 8-bit level, half a level up, among those at most `reach` levels from the clean one. */
export function roundWithin(clip: Float32Array, clean: Float32Array, reach: number): void {
  forTiles([clip, clean], (count) => kernels.roundWithin(count, reach), { tile: 0, to: clip });
}
