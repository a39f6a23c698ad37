import { forTiles, kernels, measure } from './tiles.js';

/** Where a clip lies: how far from the clean one, and whether inside [0, 1]. */
export interface BallPosition {
  /** ‖clip − clean‖₂², in float64. */
  readonly squares: number;
  /** Whether every value is in [0, 1]. */
  readonly insideRange: boolean;
}

/** Where a clip lies, as the projection onto an `l2` ball asks. */
export function ballPosition(clip: Float32Array, clean: Float32Array): BallPosition {
  const [squares, outside] = measure([clip, clean], kernels.measureBall, ['sum', 'sum']);
  return { squares, insideRange: outside === 0 };
}

/** What soft thresholding of a change δ leaves: terms in float32, summed in float64. */
export interface ShrunkChange {
  /** Σ min(max(|δ| − θ, 0), room), the room being what is left up to 0 or 1. */
  readonly sum: number;
  /** How many of the terms fall as θ rises. */
  readonly falling: number;
  /** max |δ|, before thresholding. */
  readonly largest: number;
}

/** What soft thresholding of clip − clean with θ leaves; `clean` in [0, 1]. */
export function shrunkChange(
  clip: Float32Array,
  clean: Float32Array,
  threshold: number,
): ShrunkChange {
  const kernel = (count: number) => kernels.measureShrunk(count, threshold);
  const [sum, falling, largest] = measure([clip, clean], kernel, ['sum', 'sum', 'largest']);
  return { sum, falling, largest };
}

/** clip ← clamp(clean + sign(δ) · max(|δ| − θ, 0)) to [0, 1], δ = clip − clean; `clean` in [0, 1]. */
export function shrinkChange(clip: Float32Array, clean: Float32Array, threshold: number): void {
  forTiles([clip, clean], (count) => kernels.shrink(count, threshold), { tile: 0, to: clip });
}

/** A step towards a hyperplane: min(scale · pace, room) for every value, in the direction in which it helps. */
export interface Approach {
  readonly scale: number;
  /** 1 where the linear function has to rise, −1 where it has to fall. */
  readonly sign: 1 | -1;
  /** Whether all values have the pace 1; else each has the magnitude of its slope. */
  readonly even: boolean;
}

/** What a step makes up for, in float64. */
export interface ApproachGain {
  /** Σ |slope| · room over the values that run out of room. */
  readonly stopped: number;
  /** Σ |slope| · pace over the others: the gain for each unit of scale. */
  readonly rate: number;
}

/**
 * What a step towards a hyperplane makes up for.
 *
 * @param point in [0, 1]
 * @param normal the slopes, as many
 */
export function approachGain(
  point: Float32Array,
  normal: Float32Array,
  { scale, sign, even }: Approach,
): ApproachGain {
  const kernel = (count: number) => kernels.measureApproach(count, scale, sign, even ? 1 : 0);
  const [stopped, rate] = measure([point, normal], kernel, ['sum', 'sum']);
  return { stopped, rate };
}

/** out ← the step, whose values with slope 0 are 0. */
export function approach(
  out: Float32Array,
  point: Float32Array,
  normal: Float32Array,
  { scale, sign, even }: Approach,
): void {
  const kernel = (count: number) => kernels.approach(count, scale, sign, even ? 1 : 0);
  forTiles([point, normal], kernel, { tile: 2, to: out });
}
