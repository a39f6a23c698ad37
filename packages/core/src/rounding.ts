import { changeInLevels, isOnGrid, roundTowards, roundWithin, type Magnitudes } from '@msanet/simd';
import type { Budget } from './budget.js';
import type { ClipSize } from './clip.js';
import { changedFrames, changedPixels } from './change.js';
import { toLevels, valueOfLevel } from './eight-bit.js';
import { project } from './projection.js';

/** Absorbs the float32 rounding of values, and of an `epsilon` such as 8/255: in levels, and relative for sums. */
const tolerance = 1e-4;
/** What may be added to a sum of whole levels, relative: it only absorbs the rounding of `epsilon`. */
const exactTolerance = 1e-6;

/**
 * Projects a clip onto the budget and rounds it to 8 bits without leaving the budget, in place.
 *
 * Rounding is to the nearest level. Where that would leave an `l1` or `l2` ball, the values that gain least by being
 * rounded away from `clean`, for what it takes from the budget, are rounded towards it instead.
 *
 * @param clip candidate of finite values, shape (frames, 3, height, width), changed in place
 * @param clean the unperturbed clip on the 8-bit grid, same shape
 */
export function roundInsideBudget(
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
): void {
  switch (budget.norm) {
    case 'linf':
      roundInsideCube(clip, clean, budget.epsilon);
      return;
    case 'l2':
    case 'l1':
      project(clip, clean, budget, size);
      roundInsideBall(clip, clean, budget.norm === 'l1' ? 1 : 2, budget.epsilon);
      return;
    case 'l0':
      project(clip, clean, budget, size);
      roundInsideCube(clip, clean, 1);
      return;
    case 'frames':
      project(clip, clean, budget, size);
      roundInsideCube(clip, clean, budget.epsilon);
      return;
  }
}

function roundInsideCube(clip: Float32Array, clean: Float32Array, epsilon: number): void {
  roundWithin(clip, clean, Math.floor(epsilon * 255 + tolerance));
}

function roundInsideBall(
  clip: Float32Array,
  clean: Float32Array,
  exponent: 1 | 2,
  epsilon: number,
): void {
  const limit = (exponent === 1 ? epsilon * 255 : (epsilon * 255) ** 2) * (1 + exactTolerance);
  if (roundIfInside(clip, clean, exponent, limit)) return;
  const centres = toLevels(clean);
  const magnitudes = new Float64Array(clip.length);
  const steps = new Uint8Array(clip.length);
  const power = (levels: number): number => (exponent === 1 ? levels : levels * levels);
  // Rounding every magnitude down fits; what is left of the budget goes to those that would rather be rounded up.
  let left = limit;
  let count = 0;
  for (let index = 0; index < clip.length; index++) {
    magnitudes[index] = Math.abs(clip[index] * 255 - centres[index]);
    steps[index] = magnitudes[index];
    left -= power(steps[index]);
    if (magnitudes[index] - steps[index] > 0.5) count += 1;
  }
  // Unless float32 rounding carried magnitudes over a whole level.
  for (let index = 0; index < clip.length && left < 0; index++) {
    if (steps[index] === 0) continue;
    left += power(steps[index]) - power(steps[index] - 1);
    steps[index] -= 1;
  }
  const candidates = new Uint32Array(count);
  const costs = new Float64Array(count);
  const gains = new Float64Array(count);
  count = 0;
  for (let index = 0; index < clip.length; index++) {
    const fraction = magnitudes[index] - steps[index];
    if (fraction <= 0.5 || fraction >= 1) continue;
    candidates[count] = index;
    costs[count] = power(steps[index] + 1) - power(steps[index]);
    // Rounding up instead of down brings a value nearer by 2·fraction − 1, in squared levels.
    gains[count] = (2 * fraction - 1) / costs[count];
    count += 1;
  }
  const chosen = chooseWithin(gains.subarray(0, count), costs, left);
  for (let index = 0; index < count; index++) steps[candidates[index]] += chosen[index];
  for (let index = 0; index < clip.length; index++) {
    const sign = clip[index] * 255 < centres[index] ? -1 : 1;
    clip[index] = valueOfLevel(centres[index] + sign * steps[index]);
  }
}

/**
 * Rounds every value to its nearest level, half a level towards the clean one, if that stays inside the ball; else leaves
 * the clip as it is. In a wide budget that is all there is to do.
 *
 * @param limit largest sum of the changes in levels, or of their squares
 */
function roundIfInside(
  clip: Float32Array,
  clean: Float32Array,
  exponent: 1 | 2,
  limit: number,
): boolean {
  const rounded = new Float32Array(clip.length);
  const { sum, squares } = roundTowards(rounded, clip, clean);
  if ((exponent === 1 ? sum : squares) > limit) return false;
  clip.set(rounded);
  return true;
}

/** Marks the candidates with the highest gains in (0, 1] whose costs fit the budget together; the first of equals. */
function chooseWithin(gains: Float64Array, costs: Float64Array, budget: number): Uint8Array {
  const spent = (threshold: number): number => {
    let sum = 0;
    for (let index = 0; index < gains.length; index++) {
      if (gains[index] >= threshold) sum += costs[index];
    }
    return sum;
  };
  let low = 0;
  let high = 0;
  if (spent(low) > budget) {
    high = 2;
    for (let halving = 0; halving < 48; halving++) {
      const middle = (low + high) / 2;
      if (spent(middle) <= budget) high = middle;
      else low = middle;
    }
  }
  let left = budget;
  const chosen = new Uint8Array(gains.length);
  // Those above the threshold fit; then those that share it, and whatever else still fits, in order.
  for (const threshold of [high, low, 0]) {
    for (let index = 0; index < gains.length; index++) {
      if (chosen[index] === 1 || gains[index] < threshold || costs[index] > left) continue;
      chosen[index] = 1;
      left -= costs[index];
    }
  }
  return chosen;
}

/**
 * Whether a clip lies inside the budget around a clean clip on the 8-bit grid.
 *
 * A clip on the grid is measured in whole levels, so the answer is exact. For any other clip the rounding of float32 is
 * allowed for.
 */
export function isInsideBudget(
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
): boolean {
  const onGrid = isOnGrid(clip);
  return isChangeInside(changeInLevels(clip, clean, onGrid), clip, clean, budget, size, onGrid);
}

/**
 * Whether a change between a clip and a clean one stays inside the budget.
 *
 * @param change what `changeInLevels` gives for the two
 * @param onGrid whether both lie on the 8-bit grid
 */
export function isChangeInside(
  { largest, sum, squares }: Magnitudes,
  clip: Float32Array,
  clean: Float32Array,
  budget: Budget,
  size: ClipSize,
  onGrid: boolean,
): boolean {
  const relative = onGrid ? exactTolerance : tolerance;
  switch (budget.norm) {
    case 'linf':
      return largest <= budget.epsilon * 255 + tolerance;
    case 'l2':
      return Math.sqrt(squares) <= budget.epsilon * 255 * (1 + relative);
    case 'l1':
      return sum <= budget.epsilon * 255 * (1 + relative);
    case 'l0':
      return changedPixels(clip, clean, size) <= budget.pixels;
    case 'frames':
      return (
        largest <= budget.epsilon * 255 + tolerance &&
        changedFrames(clip, clean, size) <= budget.frames
      );
  }
}
