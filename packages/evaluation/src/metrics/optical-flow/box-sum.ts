/**
 * Replaces every value by the sum over the square of (2·radius + 1)² pixels around it, cut off at the borders.
 *
 * Running sums: the time does not depend on the radius.
 *
 * @param data shape (height, width), changed in place
 * @param scratch as long as the data
 */
export function boxSum(
  data: Float64Array,
  scratch: Float64Array,
  height: number,
  width: number,
  radius: number,
): void {
  for (let row = 0; row < height; row++) {
    const start = row * width;
    let sum = 0;
    for (let column = 0; column < Math.min(radius, width); column++) sum += data[start + column];
    for (let column = 0; column < width; column++) {
      if (column + radius < width) sum += data[start + column + radius];
      if (column > radius) sum -= data[start + column - radius - 1];
      scratch[start + column] = sum;
    }
  }
  // A whole row of column sums moves down together, so that memory is read in order.
  const sums = new Float64Array(width);
  for (let row = 0; row < Math.min(radius, height); row++) {
    for (let column = 0; column < width; column++) sums[column] += scratch[row * width + column];
  }
  for (let row = 0; row < height; row++) {
    const entering = (row + radius) * width;
    const leaving = (row - radius - 1) * width;
    if (row + radius < height) {
      for (let column = 0; column < width; column++) sums[column] += scratch[entering + column];
    }
    if (row > radius) {
      for (let column = 0; column < width; column++) sums[column] -= scratch[leaving + column];
    }
    data.set(sums, row * width);
  }
}
