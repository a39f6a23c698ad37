import { first } from './memory';

/** Whether every value is in [0, 1]: the bits of such floats are the integers from 0 to those of 1. */
export function isInsideUnitRange(count: usize): bool {
  const one = i32x4.splat(0x3f800000);
  let outside = i32x4.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const bits = v128.load(first + offset);
    outside = v128.or(outside, v128.or(bits, i32x4.sub(one, bits)));
  }
  return i32x4.bitmask(outside) === 0;
}

/** Whether no value is NaN or infinite: such floats have all bits of the exponent set. */
export function areFinite(count: usize): bool {
  const magnitude = i32x4.splat(0x7fffffff);
  const infinite = i32x4.splat(0x7f800000);
  let finite = i32x4.splat(-1);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const bits = v128.and(v128.load(first + offset), magnitude);
    finite = v128.and(finite, i32x4.sub(bits, infinite));
  }
  return i32x4.bitmask(finite) === 15;
}
