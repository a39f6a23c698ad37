import type { ClipSize } from '@msanet/core';
import { Random } from '@msanet/tensor';

/** The parameters of procedural noise. */
export interface NoiseParameters {
  /** Ω, the number of noises of halved wavelengths that are added up. */
  readonly octaves: number;
  /** λ_x, λ_y in pixels and λ_t in frames. */
  readonly wavelengthX: number;
  readonly wavelengthY: number;
  readonly wavelengthT: number;
  /** φ, how many periods of the sine the noise runs through from 0 to 1. */
  readonly period: number;
}

/** The bounds that parameters are searched in, those of Xie et al. (S&P 2022). */
export const noiseBounds: Readonly<Record<keyof NoiseParameters, readonly [number, number]>> = {
  octaves: [1, 5],
  wavelengthX: [2, 180],
  wavelengthY: [2, 180],
  wavelengthT: [2, 180],
  period: [1, 60],
};

/**
 * Three-dimensional procedural noise with a sine as colour map: sin(2π φ · S(x, y, t)), S the sum over o = 1 … Ω of Perlin
 * noise at (x · 2^(o−1) / λ_x, y · 2^(o−1) / λ_y, t · 2^(o−1) / λ_t).
 *
 * Sources: Co et al., CCS 2019, section 4; Xie et al., S&P 2022, section 4.1, for the third dimension.
 *
 * @param pattern seed of the lattice's gradients
 * @returns values in [−1, 1], shape (frames, height, width)
 */
export function proceduralNoise(
  { octaves, wavelengthX, wavelengthY, wavelengthT, period }: NoiseParameters,
  { frames, height, width }: ClipSize,
  pattern: number,
): Float32Array {
  const lattice = new PerlinLattice(pattern);
  const noise = new Float32Array(frames * height * width);
  let index = 0;
  for (let t = 0; t < frames; t++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let octave = 0; octave < octaves; octave++) {
          const scale = 2 ** octave;
          sum += lattice.at(
            (x * scale) / wavelengthX,
            (y * scale) / wavelengthY,
            (t * scale) / wavelengthT,
          );
        }
        noise[index++] = Math.sin(2 * Math.PI * period * sum);
      }
    }
  }
  return noise;
}

/** The gradients that lattice points choose from: the middles of the edges of a cube. */
const edges: readonly (readonly [number, number, number])[] = [
  ...[1, -1].flatMap((a) => [1, -1].map((b) => [a, b, 0] as const)),
  ...[1, -1].flatMap((a) => [1, -1].map((b) => [a, 0, b] as const)),
  ...[1, -1].flatMap((a) => [1, -1].map((b) => [0, a, b] as const)),
];

/** The period of the lattice along each axis, a power of two. */
const latticePeriod = 256;
const mask = latticePeriod - 1;

/**
 * Improved Perlin noise: at each point of the integer lattice it is 0 and has a gradient that a permutation picks, and
 * between them it is blended with 6 t⁵ − 15 t⁴ + 10 t³ (Perlin, SIGGRAPH 2002). It repeats every 256 units.
 */
export class PerlinLattice {
  readonly #permutation: Uint8Array;
  /** The gradient that goes with each value of the permutation, by coordinate: this loop is hot. */
  readonly #along: readonly [Int8Array, Int8Array, Int8Array];

  /** @param pattern seed of the permutation */
  constructor(pattern: number) {
    this.#permutation = Uint8Array.from(new Random(pattern).permutation(latticePeriod));
    const coordinate = (axis: 0 | 1 | 2): Int8Array =>
      Int8Array.from({ length: latticePeriod }, (_, value) => edges[value % edges.length][axis]);
    this.#along = [coordinate(0), coordinate(1), coordinate(2)];
  }

  /** The noise at a point; its magnitude is below 1.1. */
  at(x: number, y: number, z: number): number {
    const [left, top, front] = [Math.floor(x), Math.floor(y), Math.floor(z)];
    const [u, v, w] = [x - left, y - top, z - front];
    const fadeV = fade(v);
    const near = blend(
      this.#alongRow(left, top, front, u, v, w),
      this.#alongRow(left, top + 1, front, u, v - 1, w),
      fadeV,
    );
    const far = blend(
      this.#alongRow(left, top, front + 1, u, v, w - 1),
      this.#alongRow(left, top + 1, front + 1, u, v - 1, w - 1),
      fadeV,
    );
    return blend(near, far, fade(w));
  }

  /** What two neighbours along x contribute. */
  #alongRow(x: number, y: number, z: number, u: number, v: number, w: number): number {
    return blend(this.#slope(x, y, z, u, v, w), this.#slope(x + 1, y, z, u - 1, v, w), fade(u));
  }

  /** The linear function that a lattice point contributes, at an offset from it. */
  #slope(x: number, y: number, z: number, u: number, v: number, w: number): number {
    const p = this.#permutation;
    const value = p[(p[(p[x & mask] + y) & mask] + z) & mask];
    return this.#along[0][value] * u + this.#along[1][value] * v + this.#along[2][value] * w;
  }
}

function fade(t: number): number {
  return t * t * t * (t * (6 * t - 15) + 10);
}

function blend(from: number, to: number, share: number): number {
  return from + share * (to - from);
}

/** Parameters at random: wavelengths and period uniform in their bounds. */
export function drawNoiseParameters(random: Random): NoiseParameters {
  const draw = (name: keyof NoiseParameters): number => random.uniform(...noiseBounds[name]);
  return {
    octaves: 1 + random.integer(noiseBounds.octaves[1]),
    wavelengthX: draw('wavelengthX'),
    wavelengthY: draw('wavelengthY'),
    wavelengthT: draw('wavelengthT'),
    period: draw('period'),
  };
}
