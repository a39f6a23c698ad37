import type { Clip } from './metric.js';

/** Pictures of one channel, shape (count, height, width), values in [0, 1]. */
export interface Planes {
  readonly data: Float32Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** Means over the positions of each plane, one value per plane. */
export interface PlaneSimilarity {
  /** Mean SSIM: luminance times contrast-structure. */
  readonly ssim: Float64Array;
  /** Mean of the contrast-structure term alone. */
  readonly contrast: Float64Array;
}

/** Side of the window, in pixels. */
export const windowSize = 11;

/** Border on each side that no centre of a window lies in. */
const radius = 5;

/** σ of the Gaussian window, in pixels. */
const sigma = 1.5;

/** The constants (K₁·L)² and (K₂·L)² for K₁ = 0.01, K₂ = 0.03 and the range L = 1. */
const c1 = 0.01 ** 2;
const c2 = 0.03 ** 2;

/** One half of the window along one axis, from its edge to its centre; the whole sums to 1. */
const [w0, w1, w2, w3, w4, w5] = halfWindow();

function halfWindow(): number[] {
  const weights = Array.from({ length: radius + 1 }, (_, index) =>
    Math.exp(-((radius - index) ** 2) / (2 * sigma * sigma)),
  );
  const sum = 2 * weights.reduce((total, weight) => total + weight, 0) - weights[radius];
  return weights.map((weight) => weight / sum);
}

/** Weighted sums over the window: of y, of y² and of x·y. */
interface Sums {
  readonly value: Float64Array;
  readonly square: Float64Array;
  readonly product: Float64Array;
}

function sums(length: number): Sums {
  return {
    value: new Float64Array(length),
    square: new Float64Array(length),
    product: new Float64Array(length),
  };
}

/**
 * Prepares the structural similarity of Wang et al. (2004) to a clean clip: 11×11 Gaussian window of σ 1.5, population
 * moments, and only positions where the whole window lies inside the picture.
 *
 * Identical windows have a similarity of exactly 1, so rows and columns of windows that see no change are not computed.
 *
 * @param clean planes of at least 11×11 pixels
 * @returns the similarity to planes of the same shape
 */
export function prepareSimilarity(clean: Planes): (other: Float32Array) => PlaneSimilarity {
  const { data, count, height, width } = clean;
  const rows = height - windowSize + 1;
  const columns = width - windowSize + 1;
  const down = sums(width);
  const local = sums(columns);
  const mean = new Float64Array(count * rows * columns);
  const variance = new Float64Array(count * rows * columns);

  for (let plane = 0; plane < count; plane++) {
    for (let row = 0; row < rows; row++) {
      sumDown(data, data, (plane * height + row) * width, width, 0, width, down);
      sumAcross(down, 0, columns, local);
      const start = (plane * rows + row) * columns;
      for (let column = 0; column < columns; column++) {
        const centre = local.value[column];
        mean[start + column] = centre;
        variance[start + column] = local.square[column] - centre * centre;
      }
    }
  }

  return (other) => {
    const ssim = new Float64Array(count);
    const contrast = new Float64Array(count);
    const touched = { first: new Int32Array(height), last: new Int32Array(height) };
    for (let plane = 0; plane < count; plane++) {
      findTouched(clean, other, plane, touched);
      let ssimSum = 0;
      let contrastSum = 0;
      for (let row = 0; row < rows; row++) {
        let from = width;
        let to = -1;
        for (let line = row; line < row + windowSize; line++) {
          from = Math.min(from, touched.first[line]);
          to = Math.max(to, touched.last[line]);
        }
        const begin = Math.max(0, from - windowSize + 1);
        const end = Math.min(columns, to + 1);
        const unchanged = columns - Math.max(0, end - begin);
        ssimSum += unchanged;
        contrastSum += unchanged;
        if (begin >= end) continue;
        const corner = (plane * height + row) * width;
        sumDown(data, other, corner, width, begin, end + windowSize - 1, down);
        sumAcross(down, begin, end, local);
        const start = (plane * rows + row) * columns;
        for (let column = begin; column < end; column++) {
          const x = mean[start + column];
          const y = local.value[column];
          const covariance = local.product[column] - x * y;
          const varianceSum = variance[start + column] + (local.square[column] - y * y);
          const structure = (2 * covariance + c2) / (varianceSum + c2);
          contrastSum += structure;
          ssimSum += (structure * (2 * x * y + c1)) / (x * x + y * y + c1);
        }
      }
      ssim[plane] = ssimSum / (rows * columns);
      contrast[plane] = contrastSum / (rows * columns);
    }
    return { ssim, contrast };
  };
}

/** Prepares the similarity to the channels of the frames of a clip, at full size. */
export function similarityToFrames({
  data,
  frames,
  height,
  width,
}: Clip): (other: Float32Array) => PlaneSimilarity {
  return prepareSimilarity({ data, count: frames * 3, height, width });
}

/** Finds the first and the last column that differs in every row of a plane; `width` and −1 in a row without any. */
function findTouched(
  { data, height, width }: Planes,
  other: Float32Array,
  plane: number,
  { first, last }: { readonly first: Int32Array; readonly last: Int32Array },
): void {
  for (let row = 0; row < height; row++) {
    const start = (plane * height + row) * width;
    let from = 0;
    while (from < width && data[start + from] === other[start + from]) from++;
    let to = width - 1;
    while (to > from && data[start + to] === other[start + to]) to--;
    first[row] = from;
    last[row] = from === width ? -1 : to;
  }
}

/**
 * Sums the window along the columns, for the columns `begin` … `end` of the row of windows whose first value is at
 * `corner`.
 *
 * All eleven rows are read at once, and the two that share a weight are added first: twice as fast as one row at a time.
 */
function sumDown(
  x: Float32Array,
  y: Float32Array,
  corner: number,
  width: number,
  begin: number,
  end: number,
  { value, square, product }: Sums,
): void {
  for (let column = begin; column < end; column++) {
    const at = corner + column;
    const a1 = at + width;
    const a2 = a1 + width;
    const a3 = a2 + width;
    const a4 = a3 + width;
    const a5 = a4 + width;
    const a6 = a5 + width;
    const a7 = a6 + width;
    const a8 = a7 + width;
    const a9 = a8 + width;
    const a10 = a9 + width;
    const y0 = y[at];
    const y1 = y[a1];
    const y2 = y[a2];
    const y3 = y[a3];
    const y4 = y[a4];
    const y5 = y[a5];
    const y6 = y[a6];
    const y7 = y[a7];
    const y8 = y[a8];
    const y9 = y[a9];
    const y10 = y[a10];
    value[column] =
      w0 * (y0 + y10) + w1 * (y1 + y9) + w2 * (y2 + y8) + w3 * (y3 + y7) + w4 * (y4 + y6) + w5 * y5;
    square[column] =
      w0 * (y0 * y0 + y10 * y10) +
      w1 * (y1 * y1 + y9 * y9) +
      w2 * (y2 * y2 + y8 * y8) +
      w3 * (y3 * y3 + y7 * y7) +
      w4 * (y4 * y4 + y6 * y6) +
      w5 * y5 * y5;
    product[column] =
      w0 * (y0 * x[at] + y10 * x[a10]) +
      w1 * (y1 * x[a1] + y9 * x[a9]) +
      w2 * (y2 * x[a2] + y8 * x[a8]) +
      w3 * (y3 * x[a3] + y7 * x[a7]) +
      w4 * (y4 * x[a4] + y6 * x[a6]) +
      w5 * y5 * x[a5];
  }
}

/** Sums the window along a row, for the windows `begin` … `end`. */
function sumAcross(down: Sums, begin: number, end: number, local: Sums): void {
  sumRow(down.value, begin, end, local.value);
  sumRow(down.square, begin, end, local.square);
  sumRow(down.product, begin, end, local.product);
}

function sumRow(from: Float64Array, begin: number, end: number, to: Float64Array): void {
  for (let at = begin; at < end; at++) {
    to[at] =
      w0 * (from[at] + from[at + 10]) +
      w1 * (from[at + 1] + from[at + 9]) +
      w2 * (from[at + 2] + from[at + 8]) +
      w3 * (from[at + 3] + from[at + 7]) +
      w4 * (from[at + 4] + from[at + 6]) +
      w5 * from[at + 5];
  }
}
