/**
 * The layout of the memory: results, then tiles of float32 values that JavaScript copies in and out. Counts of values are
 * multiples of 4; JavaScript pads with zeros.
 */

/** Where reductions leave their float64 results. */
export const results: usize = 0x400;
/** Where the tiles of up to 2^14 values begin. */
export const first: usize = 0x10000;
export const second: usize = 0x20000;
export const third: usize = 0x30000;

/** Leaves a result. */
export function leave(index: usize, value: f64): void {
  store<f64>(results + (index << 3), value);
}

/** The first two of four float32 lanes, as float64. */
export function lowerHalf(lanes: v128): v128 {
  return f64x2.promote_low_f32x4(lanes);
}

/** The last two of four float32 lanes, as float64. */
export function upperHalf(lanes: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(lanes, lanes, 1, 1));
}

/** Four float32 lanes of two times two float64 lanes. */
export function joined(lower: v128, upper: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(lower), f32x4.demote_f64x2_zero(upper), 0, 2);
}

/** The sum of two float64 lanes. */
export function total(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/** The larger of two float64 lanes. */
export function larger(lanes: v128): f64 {
  return max(f64x2.extract_lane(lanes, 0), f64x2.extract_lane(lanes, 1));
}
