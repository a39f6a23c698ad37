import { Random } from '@msanet/tensor';

/** Lengths around the four lanes and the tiles of 16 384 values. */
export const lengths = [1, 3, 4, 5, 1000, 16_384, 16_385, 40_003];

/** Values from −1 to 1, one in ten of them 0. */
export function slopes(length: number, seed: number): Float32Array {
  const random = new Random(seed);
  return random.fillUniform(new Float32Array(length), -1, 1).map((value) => {
    return Math.abs(value) < 0.1 ? 0 : value;
  });
}

/** Values in [0, 1], with 0, 1 and 0.5 among them where there are many. */
export function unitValues(length: number, seed: number): Float32Array {
  const values = new Random(seed).fillUniform(new Float32Array(length), 0, 1);
  [0, 1, 0.5].forEach((edge, index) => {
    for (let at = index; at < length; at += 37) values[at] = edge;
  });
  return values;
}

/** Values on the 8-bit grid. */
export function gridValues(length: number, seed: number): Float32Array {
  return unitValues(length, seed).map((value) => Math.round(value * 255) / 255);
}

/** Clean values, moved by up to a tenth; some of them leave [0, 1]. */
export function movedValues(clean: Float32Array, seed: number): Float32Array {
  const moves = slopes(clean.length, seed);
  return clean.map((value, index) => value + moves[index] / 10);
}

/** A sum in float64. */
export function sumOf(values: Float32Array, term: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += term(index);
  return sum;
}

/** The value nearest to one that is inside [0, 1]. */
export function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
