import type { Budget } from './budget.js';
import type { ClipSize } from './clip.js';
import { levelOf, toLevels, valueOfLevel } from './eight-bit.js';
import { project } from './projection.js';

/** Absorbs the rounding of `epsilon` itself, such as 8/255, when it is turned into whole levels. */
const levelTolerance = 1e-6;

/**
 * Projects a clip onto the budget and rounds it to 8 bits without leaving the budget, in place.
 *
 * Rounding is to the nearest level. Where that would leave an `l1` or `l2` ball, the values that gain most by
 * rounding away from `clean` are rounded towards it instead, until the perturbation fits.
 *
 * @param clip candidate, shape (frames, 3, height, width), changed in place
 * @param clean the unperturbed clip on the 8-bit grid, same shape
 */
export function roundInsideBudget(
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
): void {
  if (budget.norm === 'linf') {
    roundInsideCube(clip, clean, budget.epsilon);
    return;
  }
  project(clip, clean, budget, size);
  if (budget.norm === 'frames') {
    roundInsideCube(clip, clean, budget.epsilon);
  } else if (budget.norm === 'l0') {
    for (let index = 0; index < clip.length; index++) {
      clip[index] = valueOfLevel(levelOf(clip[index]));
    }
  } else {
    roundInsideBall(clip, clean, budget.norm === 'l1' ? 1 : 2, budget.epsilon);
  }
}

function roundInsideCube(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  const reach = Math.floor(epsilon * 255 + levelTolerance);
  for (let index = 0; index < clip.length; index++) {
    const centre = levelOf(clean[index]);
    const level = Math.min(centre + reach, Math.max(centre - reach, levelOf(clip[index])));
    clip[index] = valueOfLevel(level);
  }
}

/** Finds the smallest threshold on the fraction above which a magnitude is rounded up, so that the ball holds. */
function roundInsideBall(
  clip: Float32Array,
  clean: Float32Array,
  exponent: 1 | 2,
  epsilon: number,
): void {
  const centres = toLevels(clean);
  const bound = (epsilon * 255) ** exponent * (1 + levelTolerance);
  const rounded = (threshold: number, index: number): number => {
    const delta = clip[index] * 255 - centres[index];
    const magnitude = Math.abs(delta);
    const whole = Math.floor(magnitude);
    const steps = magnitude - whole >= threshold ? whole + 1 : whole;
    return delta < 0 ? -steps : steps;
  };
  const fits = (threshold: number): boolean => {
    let sum = 0;
    for (let index = 0; index < clip.length; index++) {
      sum += Math.abs(rounded(threshold, index)) ** exponent;
    }
    return sum <= bound;
  };
  // Above 1 nothing is rounded up, which always fits.
  let threshold = 0.5;
  if (!fits(threshold)) {
    let low = 0.5;
    threshold = 1 + levelTolerance;
    for (let halving = 0; halving < 24; halving++) {
      const middle = (low + threshold) / 2;
      if (fits(middle)) threshold = middle;
      else low = middle;
    }
  }
  for (let index = 0; index < clip.length; index++) {
    const level = centres[index] + rounded(threshold, index);
    clip[index] = valueOfLevel(Math.min(255, Math.max(0, level)));
  }
}

/**
 * Whether a clip on the 8-bit grid lies inside the budget around a clean clip on the grid, counted in whole levels.
 */
export function isInsideBudget(
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
): boolean {
  const frameLength = 3 * size.height * size.width;
  const area = size.height * size.width;
  const pixels = new Set<number>();
  const frames = new Set<number>();
  let highest = 0;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < clip.length; index++) {
    if (clip[index] === clean[index]) continue;
    const change = Math.abs(levelOf(clip[index]) - levelOf(clean[index]));
    highest = Math.max(highest, change);
    sum += change;
    squares += change * change;
    const frame = Math.floor(index / frameLength);
    if (budget.norm === 'frames') frames.add(frame);
    if (budget.norm === 'l0') pixels.add(frame * area + (index % area));
  }
  switch (budget.norm) {
    case 'linf':
      return highest <= budget.epsilon * 255 + levelTolerance;
    case 'l2':
      return Math.sqrt(squares) <= budget.epsilon * 255 * (1 + levelTolerance) + levelTolerance;
    case 'l1':
      return sum <= budget.epsilon * 255 * (1 + levelTolerance) + levelTolerance;
    case 'l0':
      return pixels.size <= budget.pixels;
    case 'frames':
      return frames.size <= budget.frames && highest <= budget.epsilon * 255 + levelTolerance;
  }
}
