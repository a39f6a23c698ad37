import { first, joined, leave, lowerHalf, second, third, total, upperHalf } from './memory';

/** The nearest whole level of a value in [0, 1], half a level upwards. */
function levelOf(values: v128): v128 {
  return f64x2.floor(f64x2.add(f64x2.mul(values, f64x2.splat(255)), f64x2.splat(0.5)));
}

/** The nearest whole level of a value, half a level towards that of the clean value. */
function levelTowards(values: v128, centre: v128): v128 {
  const above = f64x2.add(f64x2.mul(values, f64x2.splat(255)), f64x2.splat(0.5));
  const level = f64x2.floor(above);
  const down = v128.and(f64x2.eq(level, above), f64x2.gt(level, centre));
  return f64x2.sub(level, v128.and(down, f64x2.splat(1)));
}

/** level / 255 in float32, of float64 lanes. */
function valueOf(lower: v128, upper: v128): v128 {
  return f32x4.div(joined(lower, upper), f32x4.splat(255));
}

/**
 * third ← first, rounded to whole levels, half a level towards second. Leaves the sum of the changes against second in
 * levels, and that of their squares.
 */
export function roundTowards(count: usize): void {
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const clean = v128.load(second + offset);
    const lowerCentre = levelOf(lowerHalf(clean));
    const upperCentre = levelOf(upperHalf(clean));
    const lower = levelTowards(lowerHalf(clip), lowerCentre);
    const upper = levelTowards(upperHalf(clip), upperCentre);
    const lowerChange = f64x2.abs(f64x2.sub(lower, lowerCentre));
    const upperChange = f64x2.abs(f64x2.sub(upper, upperCentre));
    sum = f64x2.add(sum, f64x2.add(lowerChange, upperChange));
    squares = f64x2.add(
      squares,
      f64x2.add(f64x2.mul(lowerChange, lowerChange), f64x2.mul(upperChange, upperChange)),
    );
    v128.store(third + offset, valueOf(lower, upper));
  }
  leave(0, total(sum));
  leave(1, total(squares));
}

/** first ← first, rounded to the nearest whole level that is at most `reach` levels from second and inside 0 … 255. */
export function roundWithin(count: usize, reach: f64): void {
  const far = f64x2.splat(reach);
  const zero = f64x2.splat(0);
  const highest = f64x2.splat(255);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const clean = v128.load(second + offset);
    const lowerCentre = levelOf(lowerHalf(clean));
    const upperCentre = levelOf(upperHalf(clean));
    let lower = f64x2.min(f64x2.max(levelOf(lowerHalf(clip)), zero), highest);
    let upper = f64x2.min(f64x2.max(levelOf(upperHalf(clip)), zero), highest);
    lower = f64x2.min(f64x2.max(lower, f64x2.sub(lowerCentre, far)), f64x2.add(lowerCentre, far));
    upper = f64x2.min(f64x2.max(upper, f64x2.sub(upperCentre, far)), f64x2.add(upperCentre, far));
    v128.store(first + offset, valueOf(lower, upper));
  }
}

/** Whether every value of first lies exactly on the 8-bit grid. */
export function isOnGrid(count: usize): bool {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let off = i32x4.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const inside = f32x4.min(f32x4.max(clip, zero), one);
    const nearest = valueOf(levelOf(lowerHalf(inside)), levelOf(upperHalf(inside)));
    off = v128.or(off, f32x4.ne(clip, nearest));
  }
  return !v128.any_true(off);
}
