import { scoreOf } from './score.js';
import { frameGroups } from './query-options.js';
import { candidate, type QuerySearch, type QuerySubject } from './query-search.js';
import { windowShare, windowSide } from './square-schedule.js';
import type { SquareOptions } from './square-options.js';

/** A window in some frames. */
interface Window {
  readonly frames: readonly number[];
  readonly top: number;
  readonly left: number;
}

/**
 * Square attack in `linf` (Andriushchenko et al., ECCV 2020, algorithms 1 and 2): every value lies ε above or below its
 * clean one; a step sets all values of a channel in a square window to one side.
 */
export function* squareLinf(
  subject: QuerySubject,
  epsilon: number,
  options: SquareOptions,
): QuerySearch {
  const { clean, criterion, size, random } = subject;
  const { height, width } = size;
  const groups = frameGroups(size.frames, options.time);
  const point = new Float32Array(clean.length);
  const sides = new Int8Array(clean.length);
  const drawSide = (): number => 2 * random.integer(2) - 1;
  const set = (index: number, side: number): void => {
    sides[index] = side;
    point[index] = Math.min(1, Math.max(0, clean[index] + epsilon * side));
  };
  const offset = (frame: number, channel: number): number => (3 * frame + channel) * height * width;

  // It starts from vertical stripes, one value wide.
  for (const frames of groups) {
    for (let channel = 0; channel < 3; channel++) {
      for (let column = 0; column < width; column++) {
        const side = drawSide();
        for (const frame of frames) {
          const first = offset(frame, channel) + column;
          for (let row = 0; row < height; row++) set(first + row * width, side);
        }
      }
    }
  }
  let best = scoreOf((yield* candidate(point)).logits, criterion, options.loss);

  for (let step = 0; ; step++) {
    const length = windowSide(windowShare(step, options.maxQueries, options.share), size, 1);
    const windows = groups.map((frames): Window => ({
      frames,
      top: random.integer(height - length + 1),
      left: random.integer(width - length + 1),
    }));
    const eachValue = (visit: (index: number, window: number, channel: number) => void): void => {
      windows.forEach(({ frames, top, left }, window) => {
        for (const frame of frames) {
          for (let channel = 0; channel < 3; channel++) {
            const corner = offset(frame, channel) + top * width + left;
            for (let row = 0; row < length; row++) {
              const first = corner + row * width;
              for (let index = first; index < first + length; index++) {
                visit(index, window, channel);
              }
            }
          }
        }
      });
    };
    const before = new Int8Array(size.frames * 3 * length * length);
    let at = 0;
    eachValue((index) => (before[at++] = sides[index]));
    // A step that changes nothing would waste a query; its colours are drawn again.
    for (let changed = false; !changed;) {
      const colours = windows.map(() => [drawSide(), drawSide(), drawSide()]);
      eachValue((index, window, channel) => {
        if (sides[index] === colours[window][channel]) return;
        changed = true;
        set(index, colours[window][channel]);
      });
    }
    const score = scoreOf((yield* candidate(point)).logits, criterion, options.loss);
    if (score > best) {
      best = score;
      continue;
    }
    at = 0;
    eachValue((index) => set(index, before[at++]));
  }
}
