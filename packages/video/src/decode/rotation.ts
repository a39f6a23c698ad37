/** How often a stored picture must be turned by 90° clockwise before it is shown. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/**
 * The quarter turns that a container's display matrix asks for.
 *
 * Phones store upright video on its side with such a matrix. Matrices that mirror, or turn by other angles, are
 * ignored.
 *
 * @param matrix FFmpeg's display matrix: nine little-endian 32-bit integers, row by row
 */
export function quarterTurns(matrix: Uint8Array | null): QuarterTurns {
  if (matrix === null || matrix.byteLength < 36) return 0;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => view.getInt32(offset, true));
  const scale = Math.max(Math.abs(a), Math.abs(b));
  // A pure quarter turn has one zero pair and a positive determinant.
  if (scale === 0 || (a !== 0 && b !== 0) || a * d - b * c <= 0) return 0;
  if (b === 0) return a > 0 ? 0 : 2;
  return b > 0 ? 1 : 3;
}

/**
 * Turns one planar picture clockwise.
 *
 * @param planes `channels` planes of (height, width), one after another
 * @param out the turned planes, (width, height) for odd turns; another array than `planes`
 */
export function rotatePlanes(
  planes: Uint8Array,
  channels: number,
  height: number,
  width: number,
  turns: QuarterTurns,
  out: Uint8Array,
): void {
  const area = height * width;
  // The position of source pixel (row, column) is start + row · rowStep + column · columnStep.
  const [start, rowStep, columnStep] = {
    0: [0, width, 1],
    1: [height - 1, -1, height],
    2: [area - 1, -width, -1],
    3: [(width - 1) * height, 1, -height],
  }[turns];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < height; row++) {
      let target = channel * area + start + row * rowStep;
      const from = channel * area + row * width;
      for (let column = 0; column < width; column++, target += columnStep) {
        out[target] = planes[from + column];
      }
    }
  }
}
