import type { Random } from '@msanet/tensor';
import { frameHeight, frameWidth } from '../scene/frame-size.js';

/** A power of two, so that places wrap by a mask. */
const noiseLength = 2 ** 16;

/** Normal noise of deviation 1, from which every frame takes pieces at random places. */
export function sensorNoise(random: Random): Float32Array {
  return random.fillNormal(new Float32Array(noiseLength));
}

/** The noise in whole levels, for a deviation of at most 20 levels. */
export function noiseLevels(noise: Float32Array, deviation: number): Int8Array {
  return Int8Array.from(noise, (value) => Math.round(deviation * value));
}

/**
 * Reads a painted picture as a sensor would: with noise, into the three planes of a frame.
 *
 * @param rgba the picture, four bytes per pixel
 * @param out the frame, shape (3, height, width)
 * @param noise in levels; each row takes it from a random place
 */
export function expose(
  rgba: Uint8Array | Uint8ClampedArray,
  out: Uint8Array,
  noise: Int8Array,
  random: Random,
): void {
  const area = frameHeight * frameWidth;
  const mask = noiseLength - 1;
  for (let row = 0; row < frameHeight; row++) {
    let place = random.uint32() & mask;
    const end = (row + 1) * frameWidth;
    for (let pixel = row * frameWidth, from = 4 * pixel; pixel < end; pixel++, from += 4) {
      const red = rgba[from] + noise[place];
      const green = rgba[from + 1] + noise[(place + 1) & mask];
      const blue = rgba[from + 2] + noise[(place + 2) & mask];
      out[pixel] = red < 0 ? 0 : red > 255 ? 255 : red;
      out[area + pixel] = green < 0 ? 0 : green > 255 ? 255 : green;
      out[2 * area + pixel] = blue < 0 ? 0 : blue > 255 ? 255 : blue;
      place = (place + 3) & mask;
    }
  }
}
