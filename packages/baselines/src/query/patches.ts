import type { ClipSize } from '@msanet/core';

/**
 * Multiplies every value of a clip by the weight of its patch, in place: each frame is split into `splits` × `splits`
 * patches, whose sides differ by at most one pixel.
 *
 * @param values shape (frames, 3, height, width)
 * @param weights shape (frames, splits, splits)
 */
export function scalePatches(
  values: Float32Array,
  weights: ArrayLike<number>,
  splits: number,
  { height, width }: ClipSize,
): void {
  const columns = Int32Array.from({ length: width }, (_, column) =>
    Math.floor((column * splits) / width),
  );
  for (let first = 0; first < values.length; first += width) {
    const line = first / width;
    const frame = Math.floor(line / (3 * height));
    const row = Math.floor(((line % height) * splits) / height);
    const patch = (frame * splits + row) * splits;
    for (let column = 0; column < width; column++) {
      values[first + column] *= weights[patch + columns[column]];
    }
  }
}
