import { crc32 } from 'node:zlib';
import { sizeOf, type Shape, type Tensor } from '@msanet/tensor';

/**
 * Uniform numbers in [−1, 1): a 32-bit integer hash of a name and an index, the same as in
 * tools/golden/victim-tdn/make-golden.py.
 */
export function hashed(name: string, count: number): Float64Array {
  const start = crc32(name);
  return Float64Array.from({ length: count }, (_, index) => {
    let x = Math.imul(start + index, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae3d);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** The tensor of a state dict that the script gives that name and shape. */
export function hashedTensor(name: string, shape: Shape, gain: number): Tensor {
  if (name.endsWith('num_batches_tracked')) {
    return { dtype: 'int64', shape, data: new BigInt64Array(1) };
  }
  const values = hashed(name, sizeOf(shape));
  const data = new Float32Array(values.length);
  const fill = (value: (uniform: number) => number): void =>
    values.forEach((uniform, index) => (data[index] = value(uniform)));
  if (shape.length > 1) {
    const bound = Math.sqrt(6 / sizeOf(shape.slice(1)));
    fill((uniform) => uniform * bound);
  } else if (name.endsWith('running_var')) {
    fill((uniform) => 1 + 0.5 * uniform);
  } else if (name.endsWith('weight')) {
    fill((uniform) => (name.includes('.mse.') ? 2 : gain) * (1 + 0.3 * uniform));
  } else {
    fill((uniform) => uniform * 0.2);
  }
  return { dtype: 'float32', shape, data };
}
