import type { Random } from '@msanet/tensor';

/** Idle time at the ends and easing of an action that goes from one pose to another. */
export interface Timing {
  /** Fractions of the clip in which nothing happens yet, and no more. */
  readonly idleBefore: number;
  readonly idleAfter: number;
  /** From 0 (constant speed) to 1 (slow start and end). */
  readonly easing: number;
}

/** The longest idle time at either end, as a fraction of the clip. */
export const longestIdle = 0.12;

/** Draws a timing; both ends have the same distribution. */
export function drawTiming(random: Random): Timing {
  return {
    idleBefore: random.uniform(0, longestIdle),
    idleAfter: random.uniform(0, longestIdle),
    easing: random.uniform(0.2, 1),
  };
}

/**
 * How much of the action is done, from 0 to 1, at a time from 0 to 1.
 *
 * The easing is symmetric, `ease(1 − x) = 1 − ease(x)`, so that the reversed course is one of the same family.
 */
export function progressAt({ idleBefore, idleAfter, easing }: Timing, time: number): number {
  const share = (time - idleBefore) / (1 - idleBefore - idleAfter);
  const x = Math.min(1, Math.max(0, share));
  return x + easing * (x * x * (3 - 2 * x) - x);
}

/** 0 below 0, 1 above 1, and smooth between. */
export function smoothStep(x: number): number {
  const clamped = Math.min(1, Math.max(0, x));
  return clamped * clamped * (3 - 2 * clamped);
}
