/** Where the `count`-th largest magnitude lies. */
export interface MagnitudeRank {
  /** Its bits as a float32 value without sign; such bits order as the magnitudes do. */
  readonly bits: number;
  /** How many magnitudes are larger. */
  readonly above: number;
}

const upperCounts = new Uint32Array(1 << 15);
const lowerCounts = new Uint32Array(1 << 16);

/**
 * The `count`-th largest magnitude among float32 values: two passes that count the upper and then the lower half of their
 * bits, no sorting.
 *
 * @param bits the values, read as integers; finite
 * @param count from 1 to the number of values
 */
export function largestMagnitude(bits: Int32Array, count: number): MagnitudeRank {
  upperCounts.fill(0);
  for (let index = 0; index < bits.length; index++) {
    upperCounts[(bits[index] & 0x7fffffff) >>> 16] += 1;
  }
  const upper = bucketOf(upperCounts, count);
  lowerCounts.fill(0);
  for (let index = 0; index < bits.length; index++) {
    if ((bits[index] & 0x7fffffff) >>> 16 === upper.bucket) lowerCounts[bits[index] & 0xffff] += 1;
  }
  const lower = bucketOf(lowerCounts, count - upper.above);
  return { bits: (upper.bucket << 16) | lower.bucket, above: upper.above + lower.above };
}

/** The bucket of the `count`-th value, counted from the highest, and how many values lie above the bucket. */
function bucketOf(
  counts: Uint32Array,
  count: number,
): { readonly bucket: number; readonly above: number } {
  let above = 0;
  let bucket = counts.length - 1;
  for (; bucket > 0 && above + counts[bucket] < count; bucket--) above += counts[bucket];
  return { bucket, above };
}
