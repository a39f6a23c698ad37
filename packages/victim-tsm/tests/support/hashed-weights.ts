import { crc32 } from 'node:zlib';
import { sizeOf, type Shape, type Tensor } from '@msanet/tensor';

/**
 * Uniform numbers in [−1, 1): a 32-bit integer hash of a name and an index, the same as in
 * tools/golden/victim-tsm/make-golden.py.
 */
export function hashed(name: string, count: number): Float64Array {
  const start = crc32(name);
  const values = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    let x = Math.imul(start + index, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae3d);
    values[index] = ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  }
  return values;
}

/** The tensor of a state dict that the script gives that name and shape. */
export function hashedTensor(name: string, shape: Shape, gain: number): Tensor {
  if (name.endsWith('num_batches_tracked')) {
    return { dtype: 'int64', shape, data: new BigInt64Array(1) };
  }
  const [centre, spread] = rangeOf(name, shape, gain);
  const values = hashed(name, sizeOf(shape));
  for (let index = 0; index < values.length; index++) {
    values[index] = centre + spread * values[index];
  }
  return { dtype: 'float32', shape, data: new Float32Array(values) };
}

/** Centre and half width of the range that a tensor's values are drawn from. */
function rangeOf(name: string, shape: Shape, gain: number): [centre: number, spread: number] {
  if (shape.length > 1) return [0, Math.sqrt(6 / sizeOf(shape.slice(1)))];
  if (name.endsWith('running_var')) return [1, 0.5];
  if (!name.endsWith('weight')) return [0, 0.2];
  // The first normalisation is large, so that the cap of ReLU6 is reached.
  const first = /base_model\.bn1\.|features\.0\.1\.|backbone\.conv1\.bn\./.test(name);
  const centre = gain * (first ? 4 : 1);
  return [centre, centre * 0.3];
}
