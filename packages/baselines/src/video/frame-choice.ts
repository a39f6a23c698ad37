import { MsanetError, type Budget, type ClipSize } from '@msanet/core';
import {
  gradientAt,
  type SearchPart,
  type SearchSubject,
} from '../smallest-perturbation/search.js';
import { frameLength } from './frame-values.js';

/** How frames are chosen: the first ones, evenly spaced ones, or those with the largest mean |gradient|. */
export type FrameChoice = 'first' | 'even' | 'saliency';

/** How many frames a budget lets change. */
export function frameLimit(budget: Budget, { frames }: ClipSize): number {
  return budget.norm === 'frames' ? Math.min(budget.frames, frames) : frames;
}

/** Saliency of each frame: the mean magnitude of the gradient in it (Inkawhich et al., 2018, section 3.2). */
export function frameSaliency(gradient: Float32Array, size: ClipSize): Float64Array {
  const length = frameLength(size);
  const saliency = new Float64Array(size.frames);
  for (let frame = 0; frame < size.frames; frame++) {
    let sum = 0;
    for (let index = frame * length; index < (frame + 1) * length; index++) {
      sum += Math.abs(gradient[index]);
    }
    saliency[frame] = sum / length;
  }
  return saliency;
}

/** Frames from the most to the least salient; of equals the first comes first. */
export function bySaliency(gradient: Float32Array, size: ClipSize): number[] {
  const saliency = frameSaliency(gradient, size);
  return [...saliency.keys()].sort((a, b) => saliency[b] - saliency[a] || a - b);
}

/** Chooses frames of a clip. Cost: one gradient query with `saliency`, else none. */
export function* chooseFrames(
  { clean, size }: SearchSubject,
  choice: FrameChoice,
  count: number,
): SearchPart<number[]> {
  switch (choice) {
    case 'first':
      return Array.from({ length: count }, (_, index) => index);
    case 'even':
      return Array.from({ length: count }, (_, index) =>
        Math.floor(((index + 0.5) * size.frames) / count),
      );
    case 'saliency': {
      const { gradient } = yield* gradientAt(clean, { kind: 'cross-entropy' });
      return bySaliency(gradient, size).slice(0, count);
    }
  }
}

/**
 * Checks the index of a frame against the clip.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function checkFrame(index: number, { frames }: ClipSize, attack: string): void {
  if (index < frames) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: `attack ${attack}, option index`,
    expected: `a frame from 0 to ${frames - 1}`,
    got: String(index),
    remedy: 'frames are counted from 0',
  });
}
