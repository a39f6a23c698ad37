import type { ClipSize } from '@msanet/core';

/** After how many of 10,000 steps the share halves, in the authors' code. */
const halvings: readonly number[] = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

/**
 * The share p of pixels that a window covers: it halves after 10, 50, 200, 500, 1000, 2000, 4000, 6000 and 8000 of 10,000
 * steps, and for another number of steps at the same fractions of it, as in the code of its authors (Andriushchenko et al.,
 * ECCV 2020, whose text does not name 500).
 *
 * @param step from 0
 * @param steps steps of the whole attack
 * @param initial p at the start
 */
export function windowShare(step: number, steps: number, initial: number): number {
  const scaled = Math.floor((step / steps) * 10000);
  return initial / 2 ** halvings.filter((bound) => scaled > bound).length;
}

/** The side of a square window that covers that share of a frame, from `least` to what fits the frame. */
export function windowSide(share: number, { height, width }: ClipSize, least: number): number {
  const side = Math.max(Math.round(Math.sqrt(share * height * width)), least);
  return Math.min(side, height, width);
}
