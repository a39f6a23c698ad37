import type { ClipSize } from '@msanet/core';

/** Longest side of the image whose spectrum is taken. */
const longestSide = 64;
/** Keeps the logarithm of an amplitude finite. */
const smallestAmplitude = 1e-12;

/**
 * How salient each pixel of a frame is, by the spectral residual: what the logarithm of the amplitude spectrum has beyond its
 * own average over 3 × 3 frequencies, back in space, squared and blurred (Hou & Zhang, Saliency Detection: A Spectral Residual
 * Approach, CVPR 2007).
 *
 * The brightness is averaged down to at most 64 pixels along each axis first; the blur is a Gaussian of 5 × 5 such pixels
 * with σ = 8, as in OpenCV.
 *
 * @param frame shape (3, height, width)
 * @returns shape (height, width), values of at least 0 without a unit
 */
export function spectralResidual(
  frame: Float32Array,
  { height, width }: Pick<ClipSize, 'height' | 'width'>,
): Float64Array {
  const small = { height: Math.min(height, longestSide), width: Math.min(width, longestSide) };
  const image = shrink(frame, height, width, small.height, small.width);
  const real = image;
  const imaginary = new Float64Array(image.length);
  transform(real, imaginary, small, -1);
  const amplitudes = real.map((value, at) =>
    Math.log(Math.max(Math.hypot(value, imaginary[at]), smallestAmplitude)),
  );
  const averages = averageAround(amplitudes, small);
  for (let at = 0; at < real.length; at++) {
    // The residual for the amplitude, with the phase that there was.
    const scale = Math.exp(amplitudes[at] - averages[at]) / Math.exp(amplitudes[at]);
    real[at] *= scale;
    imaginary[at] *= scale;
  }
  transform(real, imaginary, small, 1);
  const power = real.map((value, at) => value * value + imaginary[at] * imaginary[at]);
  return enlarge(blur(power, small), small, height, width);
}

/** A size of an image. */
interface Extent {
  readonly height: number;
  readonly width: number;
}

/** Averages of the brightness over the part of the frame that each small pixel stands for. */
function shrink(
  frame: Float32Array,
  height: number,
  width: number,
  rows: number,
  columns: number,
): Float64Array {
  const image = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  for (let index = 0; index < frame.length; index++) {
    const pixel = index % (height * width);
    const row = Math.floor((Math.floor(pixel / width) * rows) / height);
    const cell = row * columns + Math.floor(((pixel % width) * columns) / width);
    image[cell] += frame[index];
    counts[cell] += 1;
  }
  return image.map((sum, cell) => sum / counts[cell]);
}

/** The two-dimensional discrete Fourier transform, in place, without a factor: forward with sign −1, back with 1. */
export function transform(
  real: Float64Array,
  imaginary: Float64Array,
  { height, width }: Extent,
  sign: 1 | -1,
): void {
  for (let row = 0; row < height; row++) {
    transformLine(real, imaginary, row * width, 1, width, sign);
  }
  for (let column = 0; column < width; column++) {
    transformLine(real, imaginary, column, width, height, sign);
  }
}

/** By definition: lines are short. */
function transformLine(
  real: Float64Array,
  imaginary: Float64Array,
  first: number,
  stride: number,
  length: number,
  sign: 1 | -1,
): void {
  const angle = (sign * 2 * Math.PI) / length;
  const cosines = Float64Array.from({ length }, (_, at) => Math.cos(angle * at));
  const sines = Float64Array.from({ length }, (_, at) => Math.sin(angle * at));
  const sums = new Float64Array(2 * length);
  for (let frequency = 0; frequency < length; frequency++) {
    for (let at = 0; at < length; at++) {
      const turn = (frequency * at) % length;
      const [re, im] = [real[first + at * stride], imaginary[first + at * stride]];
      sums[2 * frequency] += re * cosines[turn] - im * sines[turn];
      sums[2 * frequency + 1] += re * sines[turn] + im * cosines[turn];
    }
  }
  for (let at = 0; at < length; at++) {
    real[first + at * stride] = sums[2 * at];
    imaginary[first + at * stride] = sums[2 * at + 1];
  }
}

/** Averages over 3 × 3 values; a spectrum is periodic, so its edges meet. */
function averageAround(values: Float64Array, { height, width }: Extent): Float64Array {
  return values.map((_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    let sum = 0;
    for (let down = -1; down <= 1; down++) {
      for (let across = -1; across <= 1; across++) {
        const from = ((row + down + height) % height) * width + ((column + across + width) % width);
        sum += values[from];
      }
    }
    return sum / 9;
  });
}

/** Weights of the blur along each axis. */
const blurWeights = [-2, -1, 0, 1, 2].map((distance) => Math.exp(-(distance ** 2) / (2 * 8 ** 2)));

/** A Gaussian blur of 5 × 5 values; beyond the edges the outermost values go on. */
function blur(values: Float64Array, { height, width }: Extent): Float64Array {
  const total = blurWeights.reduce((sum, weight) => sum + weight) ** 2;
  return values.map((_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    let sum = 0;
    blurWeights.forEach((vertical, down) => {
      const fromRow = Math.min(height - 1, Math.max(0, row + down - 2));
      blurWeights.forEach((horizontal, across) => {
        const fromColumn = Math.min(width - 1, Math.max(0, column + across - 2));
        sum += vertical * horizontal * values[fromRow * width + fromColumn];
      });
    });
    return sum / total;
  });
}

/** Enlarges an image, with linear interpolation between the centres of its pixels. */
function enlarge(image: Float64Array, small: Extent, height: number, width: number): Float64Array {
  const at = (position: number, length: number, from: number): [number, number, number] => {
    const exact = Math.min(Math.max(((position + 0.5) * from) / length - 0.5, 0), from - 1);
    const low = Math.floor(exact);
    return [low, Math.min(low + 1, from - 1), exact - low];
  };
  const large = new Float64Array(height * width);
  for (let row = 0; row < height; row++) {
    const [top, bottom, down] = at(row, height, small.height);
    for (let column = 0; column < width; column++) {
      const [left, right, across] = at(column, width, small.width);
      const mix = (line: number): number =>
        (1 - across) * image[line * small.width + left] +
        across * image[line * small.width + right];
      large[row * width + column] = (1 - down) * mix(top) + down * mix(bottom);
    }
  }
  return large;
}
