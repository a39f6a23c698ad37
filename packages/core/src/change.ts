import type { ClipSize } from './clip.js';

/**
 * How many pixels of three values each differ between two clips.
 *
 * @param clip shape (frames, 3, height, width)
 * @param clean same shape
 */
export function changedPixels(
  clip: Float32Array,
  clean: Float32Array,
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
  clip: Float32Array,
  clean: Float32Array,
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
