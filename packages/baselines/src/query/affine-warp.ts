import type { Random } from '@msanet/tensor';

/** The first two rows of a matrix (a₁₁ a₁₂ a₁₃; a₂₁ a₂₂ a₂₃) on coordinates (x, y, 1) with x and y from −1 to 1. */
export type AffineMatrix = readonly [number, number, number, number, number, number];

/** The kinds of warp that are drawn. */
export type WarpKind = 'affine' | 'translation-dilation';

/** A random warp: all free entries are standard normal numbers. */
export function drawWarp(random: Random, kind: WarpKind): AffineMatrix {
  if (kind === 'translation-dilation') {
    const scale = random.normal();
    return [scale, 0, random.normal(), 0, scale, random.normal()];
  }
  const entries = random.fillNormal(new Float64Array(6));
  return [entries[0], entries[1], entries[2], entries[3], entries[4], entries[5]];
}

/**
 * Warps an image: the value at (x, y) is that of the source at (a₁₁ x + a₁₂ y + a₁₃, a₂₁ x + a₂₂ y + a₂₃), with linear
 * interpolation and 0 outside. −1 and 1 are the centres of the outermost pixels: PyTorch's `affine_grid` and `grid_sample`
 * with `align_corners`.
 *
 * @param source shape (channels, height, width)
 * @param out same shape
 */
export function warpImage(
  source: Float32Array,
  out: Float32Array,
  matrix: AffineMatrix,
  height: number,
  width: number,
): void {
  const [a11, a12, a13, a21, a22, a23] = matrix;
  const area = height * width;
  out.fill(0);
  for (let row = 0; row < height; row++) {
    const y = height === 1 ? -1 : (2 * row) / (height - 1) - 1;
    for (let column = 0; column < width; column++) {
      const x = width === 1 ? -1 : (2 * column) / (width - 1) - 1;
      const across = ((a11 * x + a12 * y + a13 + 1) / 2) * (width - 1);
      const down = ((a21 * x + a22 * y + a23 + 1) / 2) * (height - 1);
      const [left, top] = [Math.floor(across), Math.floor(down)];
      for (let corner = 0; corner < 4; corner++) {
        const [fromColumn, fromRow] = [left + (corner & 1), top + (corner >> 1)];
        if (fromColumn < 0 || fromColumn >= width || fromRow < 0 || fromRow >= height) continue;
        const weight = (1 - Math.abs(across - fromColumn)) * (1 - Math.abs(down - fromRow));
        const [from, to] = [fromRow * width + fromColumn, row * width + column];
        for (let first = 0; first < source.length; first += area) {
          out[first + to] += weight * source[first + from];
        }
      }
    }
  }
}
