import type { Random } from '@msanet/tensor';
import type { ClipPair } from '../../src/index.js';

/** The upper 16 bits of a linear congruential generator modulo 2^32, as tools/golden/evaluation/make-golden.py draws them. */
function noise(seed: number, count: number): Int32Array {
  let state = seed;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 16;
  });
}

/** The clips that the golden values belong to: a texture in motion, and the same with noise of up to `strength` levels. */
export function goldenClips(
  seed: number,
  frames: number,
  height: number,
  width: number,
  strength: number,
): ClipPair {
  const count = frames * 3 * height * width;
  const grain = noise(seed, count);
  const change = noise(seed + 1, count);
  const clean = new Float32Array(count);
  const adversarial = new Float32Array(count);
  let index = 0;
  for (let t = 0; t < frames; t++) {
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, index++) {
          const block = (((x + 2 * t) >> 3) + (y >> 3) + c) % 4;
          const level = 70 + 35 * block + ((5 * x + 3 * y + 11 * c) % 23) + (grain[index] % 16);
          const changed = level + (change[index] % (2 * strength + 1)) - strength;
          clean[index] = level / 255;
          adversarial[index] = Math.min(255, Math.max(0, changed)) / 255;
        }
      }
    }
  }
  return { clean, adversarial, frames, height, width };
}

/** A random clip on the 8-bit grid and the same with random changes of up to `strength` levels. */
export function randomClips(
  random: Random,
  { frames = 3, height = 16, width = 17, strength = 8 } = {},
): ClipPair {
  const count = frames * 3 * height * width;
  const levels = Array.from({ length: count }, () => random.integer(256));
  const changed = levels.map((level) =>
    Math.min(255, Math.max(0, level + random.integer(2 * strength + 1) - strength)),
  );
  return {
    clean: Float32Array.from(levels, (level) => level / 255),
    adversarial: Float32Array.from(changed, (level) => level / 255),
    frames,
    height,
    width,
  };
}

/** The pair with every frame moved to the place that the order gives it. */
export function permuteFrames(pair: ClipPair, order: readonly number[]): ClipPair {
  const length = pair.clean.length / pair.frames;
  const permute = (clip: Float32Array): Float32Array => {
    const permuted = new Float32Array(clip.length);
    order.forEach((from, to) =>
      permuted.set(clip.subarray(from * length, (from + 1) * length), to * length),
    );
    return permuted;
  };
  return { ...pair, clean: permute(pair.clean), adversarial: permute(pair.adversarial) };
}
