import type { ClipSize } from './clip.js';

/** How much one clip differs from another, in 8-bit levels. */
export interface Change {
  /** Largest absolute difference. */
  readonly highest: number;
  /** Sum of the absolute differences. */
  readonly sum: number;
  /** Sum of the squared differences. */
  readonly squares: number;
}

/** The change between clips of 8-bit levels. */
export function levelChange(levels: Uint8Array, cleanLevels: Uint8Array): Change {
  let highest = 0;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < levels.length; index++) {
    const magnitude = Math.abs(levels[index] - cleanLevels[index]);
    if (magnitude > highest) highest = magnitude;
    sum += magnitude;
    squares += magnitude * magnitude;
  }
  return { highest, sum, squares };
}

/** The change between clips of values in [0, 1]. */
export function valueChange(clip: Float32Array, clean: Float32Array): Change {
  let highest = 0;
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < clip.length; index++) {
    const magnitude = Math.abs(clip[index] - clean[index]) * 255;
    if (magnitude > highest) highest = magnitude;
    sum += magnitude;
    squares += magnitude * magnitude;
  }
  return { highest, sum, squares };
}

/**
 * How many pixels of three values each differ between two clips.
 *
 * @param clip shape (frames, 3, height, width)
 * @param clean same shape
 */
export function changedPixels(
  clip: ArrayLike<number>,
  clean: ArrayLike<number>,
  { frames, height, width }: ClipSize,
): number {
  const area = height * width;
  let pixels = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let red = 3 * frame * area; red < (3 * frame + 1) * area; red++) {
      const [green, blue] = [red + area, red + 2 * area];
      const same =
        clip[red] === clean[red] && clip[green] === clean[green] && clip[blue] === clean[blue];
      if (!same) pixels += 1;
    }
  }
  return pixels;
}

/** How many frames differ between two clips, likewise. */
export function changedFrames(
  clip: ArrayLike<number>,
  clean: ArrayLike<number>,
  { frames, height, width }: ClipSize,
): number {
  const length = 3 * height * width;
  let count = 0;
  for (let frame = 0; frame < frames; frame++) {
    const end = (frame + 1) * length;
    let index = frame * length;
    while (index < end && clip[index] === clean[index]) index += 1;
    if (index < end) count += 1;
  }
  return count;
}
