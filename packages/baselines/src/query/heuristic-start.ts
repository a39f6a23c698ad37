import type { ClipSize } from '@msanet/core';
import type { Random } from '@msanet/tensor';
import type { DualNorm } from '../smallest-perturbation/perturbation-size.js';
import { normalize, type BoundarySearch } from './boundary-search.js';
import type { Found } from './direction-descent.js';
import { probe, type QueryPart, type QuerySubject } from './query-search.js';

/** A direction with the frames that it changes. */
export interface FoundOnFrames extends Found {
  readonly frames: ReadonlySet<number>;
}

/**
 * The direction to the clip, among several, along which the boundary is nearest; nothing where none is adversarial.
 *
 * Cost: one query per clip, one more where it is adversarial, and a search where it is nearer than all before.
 *
 * @param mask 1 where values may change
 * @param starts how many clips are drawn
 * @param given a clip to start from instead
 */
export function* nearestStart(
  { clean, random, size }: QuerySubject,
  boundary: BoundarySearch,
  mask: Uint8Array,
  norm: DualNorm,
  starts: number,
  given: Float32Array | undefined,
): QueryPart<FoundOnFrames | undefined> {
  const frames = new Set(Array.from({ length: size.frames }, (_, frame) => frame));
  const direction = new Float32Array(clean.length);
  let best: FoundOnFrames | undefined;
  for (let start = 0; start < (given === undefined ? starts : 1); start++) {
    if (given === undefined) fillPattern(direction, random, size);
    else direction.set(given);
    for (let index = 0; index < clean.length; index++) {
      direction[index] = mask[index] * (direction[index] - clean[index]);
    }
    const length = normalize(direction, norm);
    if (!(yield* boundary.isAdversarial(direction, length))) continue;
    const high = Math.min(length, best?.distance ?? Infinity);
    if (high < length && !(yield* boundary.isAdversarial(direction, high))) continue;
    const distance = yield* boundary.between(direction, 0, high);
    best = { direction: direction.slice(), distance, frames };
  }
  return best;
}

/** Fills a clip with squares of random colours, of a random side that is a power of two, the same in all frames. */
function fillPattern(values: Float32Array, random: Random, size: ClipSize): void {
  const { height, width } = size;
  const side = 2 ** random.integer(1 + Math.floor(Math.log2(Math.min(height, width))));
  const rows = Math.ceil(height / side);
  const columns = Math.ceil(width / side);
  const colours = random.fillUniform(new Float32Array(3 * rows * columns));
  for (let index = 0; index < values.length; index++) {
    const column = index % width;
    const line = Math.floor(index / width);
    const row = line % height;
    const channel = Math.floor(line / height) % 3;
    values[index] =
      colours[(channel * rows + Math.floor(row / side)) * columns + Math.floor(column / side)];
  }
}

/**
 * Drops frames from a direction: in order of the margin that is left without each alone, a frame goes where the boundary then
 * is no further away.
 *
 * Cost: two queries per frame, and a search for each that goes.
 */
export function* withFewerFrames(
  { clean, size }: QuerySubject,
  boundary: BoundarySearch,
  start: FoundOnFrames,
  norm: DualNorm,
): QueryPart<FoundOnFrames> {
  const length = clean.length / size.frames;
  const trial = new Float32Array(clean.length);
  const without = (direction: Float32Array, frame: number): void => {
    trial.set(direction);
    trial.fill(0, frame * length, (frame + 1) * length);
  };
  const order: { readonly frame: number; readonly margin: number }[] = [];
  for (const frame of start.frames) {
    without(start.direction, frame);
    const { margin } = yield* probe(boundary.at(trial, start.distance));
    order.push({ frame, margin });
  }
  order.sort((a, b) => b.margin - a.margin || a.frame - b.frame);
  let best = start;
  for (const { frame } of order) {
    if (best.frames.size === 1) break;
    without(best.direction, frame);
    if (normalize(trial, norm) === 0) continue;
    const distance = yield* boundary.below(trial, best.distance);
    if (distance === undefined) continue;
    const frames = new Set([...best.frames].filter((kept) => kept !== frame));
    best = { direction: trial.slice(), distance, frames };
  }
  return best;
}
