import { first, joined, larger, leave, lowerHalf, second, third, total, upperHalf } from './memory';

/** Leaves the sum of the squares of first − second, and how many lanes of first held a value outside [0, 1]. */
export function measureBall(count: usize): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let squares = f64x2.splat(0);
  let outside = i32x4.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const clean = v128.load(second + offset);
    outside = v128.or(outside, v128.or(f32x4.lt(clip, zero), f32x4.gt(clip, one)));
    const lower = f64x2.sub(lowerHalf(clip), lowerHalf(clean));
    const upper = f64x2.sub(upperHalf(clip), upperHalf(clean));
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(lower, lower), f64x2.mul(upper, upper)));
  }
  leave(0, total(squares));
  leave(1, <f64>(v128.any_true(outside) ? 1 : 0));
}

/** How far values can move from the clean ones in the direction of the change before they leave [0, 1]. */
function roomOf(clean: v128, change: v128): v128 {
  const upwards = f64x2.gt(change, f64x2.splat(0));
  return v128.bitselect(f64x2.sub(f64x2.splat(1), clean), clean, upwards);
}

/**
 * With δ = first − second, leaves Σ min(max(|δ| − threshold, 0), room), how many terms fall as the threshold rises, and the
 * largest |δ|. Terms are float32, the sum is float64.
 */
export function measureShrunk(count: usize, threshold: f32): void {
  const cut = f32x4.splat(threshold);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let sum = f64x2.splat(0);
  let falling = i32x4.splat(0);
  let largest = f32x4.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clean = v128.load(second + offset);
    const change = f32x4.sub(v128.load(first + offset), clean);
    const magnitude = f32x4.abs(change);
    const rest = f32x4.max(f32x4.sub(magnitude, cut), zero);
    const room = v128.bitselect(f32x4.sub(one, clean), clean, f32x4.gt(change, zero));
    const left = f32x4.min(rest, room);
    sum = f64x2.add(sum, f64x2.add(lowerHalf(left), upperHalf(left)));
    // A comparison that holds is −1.
    falling = i32x4.sub(falling, v128.and(f32x4.gt(rest, zero), f32x4.lt(rest, room)));
    largest = f32x4.max(largest, magnitude);
  }
  const pairs = i64x2.add(i64x2.extend_low_i32x4_u(falling), i64x2.extend_high_i32x4_u(falling));
  leave(0, total(sum));
  leave(1, <f64>(i64x2.extract_lane(pairs, 0) + i64x2.extract_lane(pairs, 1)));
  leave(2, larger(f64x2.max(lowerHalf(largest), upperHalf(largest))));
}

/** first ← second + sign(δ) · min(max(|δ| − threshold, 0), room), δ = first − second. */
export function shrink(count: usize, threshold: f64): void {
  const cut = f64x2.splat(threshold);
  const zero = f64x2.splat(0);
  const signBit = i64x2.splat(0x8000000000000000);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const clean = v128.load(second + offset);
    let lower = zero;
    for (let half = 0; half < 2; half++) {
      const centre = half === 0 ? lowerHalf(clean) : upperHalf(clean);
      const change = f64x2.sub(half === 0 ? lowerHalf(clip) : upperHalf(clip), centre);
      const rest = f64x2.max(f64x2.sub(f64x2.abs(change), cut), zero);
      const length = f64x2.min(rest, roomOf(centre, change));
      const moved = f64x2.add(centre, v128.or(length, v128.and(change, signBit)));
      if (half === 0) lower = moved;
      else v128.store(first + offset, joined(lower, moved));
    }
  }
}

/** The room of points in the direction in which they help, and the magnitude of their slopes. */
function helpfulRoom(point: v128, slope: v128, sign: v128): v128 {
  return roomOf(point, f64x2.mul(slope, sign));
}

/**
 * With first a point in [0, 1] and second the normal of a hyperplane, leaves what the values that a common scale takes to the
 * end of their room make up for, and the rate at which the others do.
 *
 * @param sign 1 where the linear function has to rise, −1 where it has to fall
 * @param even whether all values move equally fast; else in proportion to their slopes
 */
export function measureApproach(count: usize, scale: f64, sign: f64, even: bool): void {
  const factor = f64x2.splat(scale);
  const towards = f64x2.splat(sign);
  const one = f64x2.splat(1);
  let stopped = f64x2.splat(0);
  let rate = f64x2.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const points = v128.load(first + offset);
    const normals = v128.load(second + offset);
    for (let half = 0; half < 2; half++) {
      const point = half === 0 ? lowerHalf(points) : upperHalf(points);
      const normal = half === 0 ? lowerHalf(normals) : upperHalf(normals);
      const slope = f64x2.abs(normal);
      const pace = even ? one : slope;
      const room = helpfulRoom(point, normal, towards);
      const stops = f64x2.ge(f64x2.mul(factor, pace), room);
      stopped = f64x2.add(stopped, v128.and(stops, f64x2.mul(slope, room)));
      rate = f64x2.add(rate, v128.andnot(f64x2.mul(slope, pace), stops));
    }
  }
  leave(0, total(stopped));
  leave(1, total(rate));
}

/** third ← the step that `measureApproach` speaks of: min(scale · pace, room) in the direction that helps. */
export function approach(count: usize, scale: f64, sign: f64, even: bool): void {
  const factor = f64x2.splat(scale);
  const towards = f64x2.splat(sign);
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const signBit = i64x2.splat(0x8000000000000000);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const points = v128.load(first + offset);
    const normals = v128.load(second + offset);
    let lower = zero;
    for (let half = 0; half < 2; half++) {
      const point = half === 0 ? lowerHalf(points) : upperHalf(points);
      const normal = half === 0 ? lowerHalf(normals) : upperHalf(normals);
      const pace = even ? one : f64x2.abs(normal);
      const length = f64x2.min(f64x2.mul(factor, pace), helpfulRoom(point, normal, towards));
      const signed = v128.or(length, v128.and(f64x2.mul(normal, towards), signBit));
      const step = v128.and(signed, f64x2.ne(normal, zero));
      if (half === 0) lower = step;
      else v128.store(third + offset, joined(lower, step));
    }
  }
}
