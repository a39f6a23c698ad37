/** Standard deviation of the Gaussian window, in pixels. */
const sigma = 1.5;
/** Side of the window, where it fits. */
const usualSide = 11;
/** (K₁·L)² and (K₂·L)² for K₁ = 0.01, K₂ = 0.03 and the range L = 1. */
const c1 = 0.01 ** 2;
const c2 = 0.03 ** 2;

/** Local means under the window: products of y with 1, y and x at every position where the window fits. */
interface Moments {
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

/**
 * The structural similarity of pictures to fixed ones, with its gradient.
 *
 * SSIM is the mean over positions of (2 μₓ μ_y + C₁)(2 σₓ_y + C₂) / ((μₓ² + μ_y² + C₁)(σₓ² + σ_y² + C₂)), with moments under a
 * Gaussian window of 11×11 pixels and σ = 1.5 that lies wholly inside the picture (Wang et al., IEEE TIP 2004, eq. 13). In
 * smaller pictures the window is the largest odd square that fits.
 */
export class StructuralSimilarity {
  readonly #clean: Float32Array;
  readonly #height: number;
  readonly #width: number;
  readonly #window: Float64Array;
  readonly #moments: readonly Moments[];

  /** @param clean planes of one channel, shape (planes, height, width), values in [0, 1] */
  constructor(clean: Float32Array, height: number, width: number) {
    this.#clean = clean;
    this.#height = height;
    this.#width = width;
    this.#window = gaussianWindow(Math.min(usualSide, height, width));
    this.#moments = Array.from({ length: clean.length / (height * width) }, (_, plane) => {
      const x = this.#planeOf(clean, plane);
      return {
        mean: this.#filter(x),
        square: this.#filter(x.map((value) => value * value)),
      };
    });
  }

  /**
   * Mean SSIM of each plane, averaged.
   *
   * @param other same shape as the clean planes
   * @param gradient same shape; the weighted gradient is added to it
   */
  at(other: Float32Array, gradient?: Float32Array, weight = 1): number {
    const planes = this.#moments.length;
    let sum = 0;
    for (let plane = 0; plane < planes; plane++) {
      sum += this.#planeSimilarity(plane, other, gradient, weight / planes);
    }
    return sum / planes;
  }

  #planeSimilarity(
    plane: number,
    other: Float32Array,
    gradient: Float32Array | undefined,
    weight: number,
  ): number {
    const x = this.#planeOf(this.#clean, plane);
    const y = this.#planeOf(other, plane);
    const { mean: meanX, square: squareX } = this.#moments[plane];
    const meanY = this.#filter(y);
    const squareY = this.#filter(y.map((value) => value * value));
    const product = this.#filter(y.map((value, index) => value * x[index]));
    const positions = meanY.length;
    // What SSIM becomes as each of the three moments of y changes; they take the place of the moments.
    const [byMean, bySquare, byProduct] = [meanY, squareY, product];
    let sum = 0;
    for (let at = 0; at < positions; at++) {
      const [mx, my] = [meanX[at], meanY[at]];
      const a1 = 2 * mx * my + c1;
      const a2 = 2 * (product[at] - mx * my) + c2;
      const b1 = mx * mx + my * my + c1;
      const b2 = squareX[at] - mx * mx + (squareY[at] - my * my) + c2;
      const similarity = (a1 * a2) / (b1 * b2);
      sum += similarity;
      byMean[at] = (2 * mx * (a2 - a1)) / (b1 * b2) - 2 * my * similarity * (1 / b1 - 1 / b2);
      bySquare[at] = -similarity / b2;
      byProduct[at] = (2 * a1) / (b1 * b2);
    }
    if (gradient !== undefined) {
      const scale = weight / positions;
      const onMean = this.#spread(byMean);
      const onSquare = this.#spread(bySquare);
      const onProduct = this.#spread(byProduct);
      const start = plane * x.length;
      for (let index = 0; index < x.length; index++) {
        gradient[start + index] +=
          scale * (onMean[index] + 2 * y[index] * onSquare[index] + x[index] * onProduct[index]);
      }
    }
    return sum / positions;
  }

  #planeOf(pictures: Float32Array, plane: number): Float64Array {
    const area = this.#height * this.#width;
    return Float64Array.from(pictures.subarray(plane * area, (plane + 1) * area));
  }

  /** Weighted sums over the window, at every position where it fits. */
  #filter(picture: Float64Array): Float64Array {
    const [window, height, width] = [this.#window, this.#height, this.#width];
    const rows = height - window.length + 1;
    const columns = width - window.length + 1;
    const down = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < window.length; tap++) {
        const weight = window[tap];
        const from = (row + tap) * width;
        for (let column = 0; column < width; column++) {
          down[row * width + column] += weight * picture[from + column];
        }
      }
    }
    const filtered = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < window.length; tap++) {
        const weight = window[tap];
        for (let column = 0; column < columns; column++) {
          filtered[row * columns + column] += weight * down[row * width + column + tap];
        }
      }
    }
    return filtered;
  }

  /** The adjoint of `#filter`. */
  #spread(positions: Float64Array): Float64Array {
    const [window, height, width] = [this.#window, this.#height, this.#width];
    const rows = height - window.length + 1;
    const columns = width - window.length + 1;
    const down = new Float64Array(rows * width);
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < window.length; tap++) {
        const weight = window[tap];
        for (let column = 0; column < columns; column++) {
          down[row * width + column + tap] += weight * positions[row * columns + column];
        }
      }
    }
    const spread = new Float64Array(height * width);
    for (let row = 0; row < rows; row++) {
      for (let tap = 0; tap < window.length; tap++) {
        const weight = window[tap];
        const to = (row + tap) * width;
        for (let column = 0; column < width; column++) {
          spread[to + column] += weight * down[row * width + column];
        }
      }
    }
    return spread;
  }
}

/** Gaussian weights of sum 1 for the largest odd side up to `side`. */
function gaussianWindow(side: number): Float64Array {
  const length = side % 2 === 1 ? side : side - 1;
  const weights = Float64Array.from({ length }, (_, index) =>
    Math.exp(-((index - (length - 1) / 2) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
