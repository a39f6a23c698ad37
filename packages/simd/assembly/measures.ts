import { first, larger, leave, lowerHalf, second, total, upperHalf } from './memory';

/** Leaves the largest magnitude, the sum of the magnitudes and the sum of the squares of first. */
export function measureValues(count: usize): void {
  let largest = f32x4.splat(0);
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const magnitude = f32x4.abs(v128.load(first + offset));
    largest = f32x4.max(largest, magnitude);
    const lower = lowerHalf(magnitude);
    const upper = upperHalf(magnitude);
    sum = f64x2.add(sum, f64x2.add(lower, upper));
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(lower, lower), f64x2.mul(upper, upper)));
  }
  leave(0, larger(f64x2.max(lowerHalf(largest), upperHalf(largest))));
  leave(1, total(sum));
  leave(2, total(squares));
}

/**
 * Leaves the largest magnitude, the sum of the magnitudes and the sum of the squares of 255 · (first − second); with
 * `whole` rounded to whole numbers first.
 */
export function measureChange(count: usize, whole: bool): void {
  const levels = f64x2.splat(255);
  const half = f64x2.splat(0.5);
  let largest = f64x2.splat(0);
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const clip = v128.load(first + offset);
    const clean = v128.load(second + offset);
    let lower = f64x2.mul(f64x2.abs(f64x2.sub(lowerHalf(clip), lowerHalf(clean))), levels);
    let upper = f64x2.mul(f64x2.abs(f64x2.sub(upperHalf(clip), upperHalf(clean))), levels);
    if (whole) {
      lower = f64x2.floor(f64x2.add(lower, half));
      upper = f64x2.floor(f64x2.add(upper, half));
    }
    largest = f64x2.max(largest, f64x2.max(lower, upper));
    sum = f64x2.add(sum, f64x2.add(lower, upper));
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(lower, lower), f64x2.mul(upper, upper)));
  }
  leave(0, larger(largest));
  leave(1, total(sum));
  leave(2, total(squares));
}

/** Leaves the inner product of first and second. */
export function innerProduct(count: usize): void {
  let sum = f64x2.splat(0);
  for (let offset: usize = 0; offset < count << 2; offset += 16) {
    const left = v128.load(first + offset);
    const right = v128.load(second + offset);
    sum = f64x2.add(sum, f64x2.mul(lowerHalf(left), lowerHalf(right)));
    sum = f64x2.add(sum, f64x2.mul(upperHalf(left), upperHalf(right)));
  }
  leave(0, total(sum));
}
