import { first, joined, lowerHalf, second, third, upperHalf } from './memory';

/** first ← clamp(first + length · sign(third)) to [second − epsilon, second + epsilon] and [0, 1]. */
export function signStep(count: usize, length: f32, epsilon: f32): void {
  const stride = f32x4.splat(length);
  const reach = f32x4.splat(epsilon);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const signBit = i32x4.splat(0x80000000);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const slope = v128.load(third + offset);
    const signed = v128.xor(stride, v128.and(slope, signBit));
    const move = v128.and(signed, f32x4.ne(slope, zero));
    const centre = v128.load(second + offset);
    const moved = f32x4.add(v128.load(first + offset), move);
    const lowest = f32x4.max(f32x4.sub(centre, reach), zero);
    const highest = f32x4.min(f32x4.add(centre, reach), one);
    v128.store(first + offset, f32x4.min(f32x4.max(moved, lowest), highest));
  }
}

/** first ← first + scale · second. */
export function addScaled(count: usize, scale: f64): void {
  const factor = f64x2.splat(scale);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const target = v128.load(first + offset);
    const source = v128.load(second + offset);
    v128.store(
      first + offset,
      joined(
        f64x2.add(lowerHalf(target), f64x2.mul(factor, lowerHalf(source))),
        f64x2.add(upperHalf(target), f64x2.mul(factor, upperHalf(source))),
      ),
    );
  }
}

/** first ← first − second. */
export function subtract(count: usize): void {
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const difference = f32x4.sub(v128.load(first + offset), v128.load(second + offset));
    v128.store(first + offset, difference);
  }
}

/** first ← clamp(first + scale · second) to [0, 1]. */
export function moveAlong(count: usize, scale: f64): void {
  const factor = f64x2.splat(scale);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const origin = v128.load(first + offset);
    const direction = v128.load(second + offset);
    const moved = joined(
      f64x2.add(lowerHalf(origin), f64x2.mul(factor, lowerHalf(direction))),
      f64x2.add(upperHalf(origin), f64x2.mul(factor, upperHalf(direction))),
    );
    v128.store(first + offset, f32x4.min(f32x4.max(moved, zero), one));
  }
}

/** first ← clamp(second + scale · (first − second)) to [0, 1]. */
export function scaleChange(count: usize, scale: f64): void {
  const factor = f64x2.splat(scale);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const clean = v128.load(second + offset);
    const lower = lowerHalf(clean);
    const upper = upperHalf(clean);
    const moved = joined(
      f64x2.add(lower, f64x2.mul(factor, f64x2.sub(lowerHalf(clip), lower))),
      f64x2.add(upper, f64x2.mul(factor, f64x2.sub(upperHalf(clip), upper))),
    );
    v128.store(first + offset, f32x4.min(f32x4.max(moved, zero), one));
  }
}
