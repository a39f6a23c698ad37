import { kernels, measure } from './tiles.js';

/** Magnitudes of values v. */
export interface Magnitudes {
  /** max |v|. */
  readonly largest: number;
  /** Σ |v|. */
  readonly sum: number;
  /** Σ v². */
  readonly squares: number;
}

/** The magnitudes of values, summed in float64. */
export function magnitudesOf(values: Float32Array): Magnitudes {
  const [largest, sum, squares] = measure([values], kernels.measureValues, magnitudePlaces);
  return { largest, sum, squares };
}

/**
 * The magnitudes of 255 · (clip − clean): of the change in 8-bit levels, in float64.
 *
 * @param whole whether every change is rounded to whole levels first; exact for clips on the 8-bit grid
 */
export function changeInLevels(
  clip: Float32Array,
  clean: Float32Array,
  whole: boolean,
): Magnitudes {
  const kernel = (count: number) => kernels.measureChange(count, whole ? 1 : 0);
  const [largest, sum, squares] = measure([clip, clean], kernel, magnitudePlaces);
  return { largest, sum, squares };
}

const magnitudePlaces = ['largest', 'sum', 'sum'] as const;

/** Σ left · right, in float64. */
export function innerProduct(left: Float32Array, right: Float32Array): number {
  return measure([left, right], kernels.innerProduct, ['sum'])[0];
}
