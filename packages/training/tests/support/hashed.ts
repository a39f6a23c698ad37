import { crc32 } from 'node:zlib';

/** Uniform numbers in [−1, 1), the same as in tools/golden/training/make-golden.py. */
export function hashed(name: string, count: number): Float32Array {
  const start = crc32(name);
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    let x = Math.imul(start + index, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae3d);
    values[index] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  }
  return values;
}
