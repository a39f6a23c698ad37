import type { ClipSize } from '@msanet/core';
import { MsanetError } from '@msanet/tensor';
import { onceFor, type Once } from './once.js';

/** One clip: RGB in [0, 1], shape (frames, 3, height, width). */
export interface Clip extends ClipSize {
  readonly data: Float32Array;
}

/** A clean clip and its adversarial version: both RGB in [0, 1], shape (frames, 3, height, width). */
export interface ClipPair extends ClipSize {
  readonly clean: Float32Array;
  readonly adversarial: Float32Array;
}

/** What a metric is, in words and formulas; `docs/reference/metrics.md` is generated from it. */
export interface MetricDescription {
  /** The name in records, tables and on the command line. */
  readonly id: string;
  readonly title: string;
  /** The unit, with its scale where there are several. */
  readonly unit: string;
  /** The values that can occur, and what identical clips give. */
  readonly range: string;
  /** The direction that makes a perturbation less perceptible. */
  readonly better: 'lower' | 'higher';
  /** With x the clean clip, x′ the adversarial one, δ = x′ − x, t frames, c channels, p positions. */
  readonly formula: string;
  /** The paper, or whose choice it is where no paper fixes it. */
  readonly source: string;
  /** What else one must know to compare figures; when the value is `null`. */
  readonly note?: string;
}

/**
 * Measures an adversarial clip against the clean clip that it was prepared for; `null` where that is undefined.
 *
 * `once` shares work on this adversarial clip among metrics; without it the metric works alone.
 */
export type Measurement = (adversarial: Float32Array, once?: Once<Float32Array>) => number | null;

/**
 * A measure of how far an adversarial clip is from its clean clip. It changes neither, and depends on nothing else.
 *
 * Where many adversarial clips are compared with one clean clip, `prepare` does the work on the clean one (local moments,
 * optical flow) once.
 */
export interface Metric extends MetricDescription {
  /**
   * @returns the value, `Infinity` where the range says so, or `null` where the metric is undefined for such a clip
   * @throws MsanetError `SHAPE_MISMATCH` if an array does not hold frames · 3 · height · width values
   */
  measure(pair: ClipPair): number | null;
  /**
   * @param clean read again by the measurement: leave it unchanged as long as that is in use
   * @param once shares work on the clean clip among metrics; without it the metric works alone
   * @throws MsanetError `SHAPE_MISMATCH`, here and from the measurement
   */
  prepare(clean: Clip, once?: Once<Clip>): Measurement;
}

/** Makes a metric of its description and of the function that prepares its measurement. */
export function defineMetric(
  description: MetricDescription,
  prepare: (
    clean: Clip,
    once: Once<Clip>,
  ) => (adversarial: Float32Array, once: Once<Float32Array>) => number | null,
): Metric {
  const prepareChecked: Metric['prepare'] = (clean, once = onceFor(clean)) => {
    checkLength(description.id, 'clean', clean.data, clean);
    const measurement = prepare(clean, once);
    return (adversarial, onceOfIt = onceFor(adversarial)) => {
      checkLength(description.id, 'adversarial', adversarial, clean);
      return measurement(adversarial, onceOfIt);
    };
  };
  return {
    ...description,
    prepare: prepareChecked,
    measure: ({ clean, adversarial, frames, height, width }) =>
      prepareChecked({ data: clean, frames, height, width })(adversarial),
  };
}

/** Refuses a clip whose array does not fit its size. */
export function checkLength(
  metric: string,
  which: 'clean' | 'adversarial',
  data: Float32Array,
  { frames, height, width }: ClipSize,
): void {
  const length = frames * 3 * height * width;
  if (length > 0 && data.length === length) return;
  throw new MsanetError({
    code: 'SHAPE_MISMATCH',
    where: `metric ${metric}, ${which} clip`,
    expected: `${frames}×3×${height}×${width} values, at least one of them`,
    got: `${data.length} values`,
    remedy: 'give both clips in the shape (frames, 3, height, width)',
  });
}
