import type { SearchSubject } from '../smallest-perturbation/search.js';
import { frameLength } from './frame-values.js';

/**
 * A sign step on some frames of a clip, clamped to [x − ε, x + ε] and [0, 1], in place; other frames stay as they are, and
 * so does a value whose gradient is 0.
 *
 * @param gradient shape of the clip
 */
export function stepOnFrames(
  point: Float32Array,
  { clean, bound, size }: Pick<SearchSubject, 'clean' | 'bound' | 'size'>,
  gradient: Float32Array,
  frames: Iterable<number>,
  stepSize: number,
): void {
  const length = frameLength(size);
  for (const frame of frames) {
    for (let index = frame * length; index < (frame + 1) * length; index++) {
      const centre = clean[index];
      const low = Math.max(0, centre - bound);
      const high = Math.min(1, centre + bound);
      const value = point[index] + stepSize * Math.sign(gradient[index]);
      point[index] = Math.min(high, Math.max(low, value));
    }
  }
}
