import type { Random } from '@msanet/tensor';
import { frameGroups } from './query-options.js';
import { candidate, type QuerySearch, type QuerySubject } from './query-search.js';
import { scoreOf } from './score.js';
import type { SquareOptions } from './square-options.js';
import { windowShare, windowSide } from './square-schedule.js';

/** Keeps the direction of a window finite where the window is empty, as the authors' code does. */
const smallestNorm = 1e-12;

/**
 * Square attack in `l2` (Andriushchenko et al., ECCV 2020, algorithms 1 and 3): a step empties one window, and puts what was
 * in it and what the ball still allows into another, in the shape of two opposed bumps.
 *
 * A clip counts as an image of three channels per frame.
 */
export function* squareL2(
  subject: QuerySubject,
  epsilon: number,
  options: SquareOptions,
): QuerySearch {
  const { clean, criterion, size, random } = subject;
  const { frames, height, width } = size;
  const area = height * width;
  const groups = frameGroups(frames, options.time);
  const best = startDelta(subject, epsilon, groups);
  const delta = best.slice();
  const point = new Float32Array(clean.length);
  /** Moves the point to x + ν inside [0, 1], and ν with it. */
  const settle = (): void => {
    for (let index = 0; index < point.length; index++) {
      point[index] = Math.min(1, Math.max(0, clean[index] + delta[index]));
      delta[index] = point[index] - clean[index];
    }
  };
  settle();
  best.set(delta);
  let highest = scoreOf((yield* candidate(point)).logits, criterion, options.loss);

  for (let step = 0; ; step++) {
    const share = windowShare(step, options.maxQueries, options.share);
    const side = oddSide(windowSide(share, size, 3), Math.min(height, width));
    const unused = Math.max(0, epsilon * epsilon - sumOfSquares(best));
    delta.set(best);
    for (const group of groups) {
      const [to, from] = [drawWindow(random, side, size), drawWindow(random, side, size)];
      const shape = drawBumps(random, side);
      for (let channel = 0; channel < 3; channel++) {
        const sign = 2 * random.integer(2) - 1;
        for (const frame of group) {
          const first = (3 * frame + channel) * area;
          const plane = delta.subarray(first, first + area);
          moveWindow(plane, width, { to, from, side, shape, sign }, unused / (3 * frames));
        }
      }
    }
    settle();
    const score = scoreOf((yield* candidate(point)).logits, criterion, options.loss);
    if (score <= highest) continue;
    highest = score;
    best.set(delta);
  }
}

/** The upper left corner of a window. */
interface Corner {
  readonly top: number;
  readonly left: number;
}

/** What a step does to one channel of one frame. */
interface Move {
  readonly to: Corner;
  readonly from: Corner;
  readonly side: number;
  /** Shape (side, side), of norm 1. */
  readonly shape: Float64Array;
  readonly sign: number;
}

/** Bumps of a random sign in every square of a grid of five by five, together of norm ε. */
function startDelta(
  { clean, size, random }: QuerySubject,
  epsilon: number,
  groups: readonly (readonly number[])[],
): Float32Array {
  const { height, width } = size;
  const delta = new Float32Array(clean.length);
  const side = Math.max(1, Math.floor(Math.min(height, width) / 5));
  const [rows, columns] = [Math.floor(height / side), Math.floor(width / side)];
  const top = Math.floor((height - rows * side) / 2);
  const left = Math.floor((width - columns * side) / 2);
  for (const group of groups) {
    for (let tile = 0; tile < rows * columns; tile++) {
      const shape = drawBumps(random, side);
      const corner = top * width + left + Math.floor(tile / columns) * side * width;
      for (let channel = 0; channel < 3; channel++) {
        const sign = 2 * random.integer(2) - 1;
        for (const frame of group) {
          const first = (3 * frame + channel) * height * width + corner + (tile % columns) * side;
          for (let at = 0; at < shape.length; at++) {
            delta[first + Math.floor(at / side) * width + (at % side)] = sign * shape[at];
          }
        }
      }
    }
  }
  const scale = epsilon / Math.sqrt(sumOfSquares(delta));
  for (let index = 0; index < delta.length; index++) delta[index] *= scale;
  return delta;
}

/**
 * Lines 6 to 10 of algorithm 3 for one channel of one frame, in place: ν_W1 becomes a multiple of
 * ρ · η + ν_W1 / ‖ν_W1‖₂ with the norm of ν over both windows and a share of what the ball still allows, and ν_W2 becomes 0.
 */
function moveWindow(plane: Float32Array, width: number, move: Move, unused: number): void {
  const { to, from, side, shape, sign } = move;
  const at = ({ top, left }: Corner, cell: number): number =>
    (top + Math.floor(cell / side)) * width + left + (cell % side);
  let inTo = 0;
  for (let cell = 0; cell < shape.length; cell++) inTo += plane[at(to, cell)] ** 2;
  const scale = 1 / (Math.sqrt(inTo) + smallestNorm);
  const mixed = shape.map((value, cell) => sign * value + scale * plane[at(to, cell)]);
  for (let cell = 0; cell < shape.length; cell++) plane[at(to, cell)] = 0;
  let inFrom = 0;
  for (let cell = 0; cell < shape.length; cell++) {
    // What both windows share was counted, and emptied, already.
    inFrom += plane[at(from, cell)] ** 2;
    plane[at(from, cell)] = 0;
  }
  const length = Math.sqrt(inTo + inFrom + unused);
  const stretch = length / (Math.sqrt(sumOfSquares(mixed)) + smallestNorm);
  for (let cell = 0; cell < shape.length; cell++) plane[at(to, cell)] = stretch * mixed[cell];
}

function drawWindow(
  random: Random,
  side: number,
  { height, width }: { readonly height: number; readonly width: number },
): Corner {
  return { top: random.integer(height - side + 1), left: random.integer(width - side + 1) };
}

/** The largest odd side that is at least `side`, or at most what fits. */
function oddSide(side: number, most: number): number {
  if (side % 2 === 1) return side;
  return side < most ? side + 1 : Math.max(1, side - 1);
}

/** The two opposed bumps η of norm 1, one above the other, or beside it with probability 1/2; shape (side, side). */
function drawBumps(random: Random, side: number): Float64Array {
  const bumps = opposedBumps(side);
  if (random.integer(2) === 0) return bumps;
  return bumps.map((_, cell) => bumps[(cell % side) * side + Math.floor(cell / side)]);
}

/** η: a bump on the upper ⌊side / 2⌋ rows, its opposite on the others, each of equal norm; together of norm 1. */
export function opposedBumps(side: number): Float64Array {
  const upper = Math.floor(side / 2);
  const eta = new Float64Array(side * side);
  eta.set(bump(upper, side));
  eta.set(
    bump(side - upper, side).map((value) => -value),
    upper * side,
  );
  const norm = Math.sqrt(sumOfSquares(eta));
  return eta.map((value) => value / norm);
}

/**
 * Equation 2: at Chebyshev distance d from the centre the sum of 1 / k² for k from d + 1 to 1 + max(⌊rows / 2⌋, ⌊columns / 2⌋),
 * divided by its norm; shape (rows, columns).
 */
function bump(rows: number, columns: number): Float64Array {
  const [middle, centre] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const values = new Float64Array(rows * columns);
  for (let cell = 0; cell < values.length; cell++) {
    const down = Math.abs(Math.floor(cell / columns) - middle);
    const across = Math.abs((cell % columns) - centre);
    for (let k = Math.max(down, across) + 1; k <= Math.max(middle, centre) + 1; k++) {
      values[cell] += 1 / (k * k);
    }
  }
  const norm = Math.sqrt(sumOfSquares(values));
  return values.map((value) => value / norm);
}

function sumOfSquares(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] * values[index];
  return sum;
}
