/** Elements to compare: any typed array or list of numbers. */
export type Elements = ArrayLike<number | bigint>;

/**
 * Relative L2 distance ‖a − b‖ / ‖b‖ of a value from the expected one; 0 where both are zero, infinite where only the
 * expected one is.
 */
export function relativeError(actual: Elements, expected: Elements): number {
  let difference = 0;
  let size = 0;
  forEachPair(actual, expected, (a, b) => {
    difference += (a - b) ** 2;
    size += b * b;
  });
  return difference === 0 ? 0 : Math.sqrt(difference / size);
}

/** Cosine of the angle between two values, from −1 to 1; 1 where both are zero, 0 where one is. */
export function cosine(actual: Elements, expected: Elements): number {
  let product = 0;
  let left = 0;
  let right = 0;
  forEachPair(actual, expected, (a, b) => {
    product += a * b;
    left += a * a;
    right += b * b;
  });
  if (left === 0 && right === 0) return 1;
  return left === 0 || right === 0 ? 0 : product / Math.sqrt(left * right);
}

/** Largest absolute difference; 0 for empty values. */
export function maxAbsError(actual: Elements, expected: Elements): number {
  let largest = 0;
  forEachPair(actual, expected, (a, b) => {
    // Equal infinities differ by NaN, but agree.
    const difference = a === b || (Number.isNaN(a) && Number.isNaN(b)) ? 0 : Math.abs(a - b);
    largest = Number.isNaN(difference) ? Infinity : Math.max(largest, difference);
  });
  return largest;
}

/** Visits the elements in pairs; where one list ends early, the pair holds NaN, so that no measure calls it close. */
function forEachPair(a: Elements, b: Elements, visit: (a: number, b: number) => void): void {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    visit(Number(a[index] ?? NaN), Number(b[index] ?? NaN));
  }
}
