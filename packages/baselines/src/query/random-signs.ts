import type { Random } from '@msanet/tensor';

/** Fills an array with independent values ±1 of equal probability: one random bit each. */
export function fillSigns(values: Float32Array, random: Random): void {
  for (let first = 0; first < values.length; first += 32) {
    let bits = random.uint32();
    const last = Math.min(first + 32, values.length);
    for (let index = first; index < last; index++) {
      values[index] = (bits & 1) * 2 - 1;
      bits >>>= 1;
    }
  }
}
