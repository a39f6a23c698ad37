/** The sum of |δ| over all values. */
export function sumOfMagnitudes(clean: Float32Array, adversarial: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < clean.length; index++) {
    sum += Math.abs(adversarial[index] - clean[index]);
  }
  return sum;
}

/** The mean of |δ| over all values. */
export function meanMagnitude(clean: Float32Array, adversarial: Float32Array): number {
  return sumOfMagnitudes(clean, adversarial) / clean.length;
}

/** The sum of δ² over the values from `start` to `end`. */
export function sumOfSquares(
  clean: Float32Array,
  adversarial: Float32Array,
  start = 0,
  end = clean.length,
): number {
  let sum = 0;
  for (let index = start; index < end; index++) {
    const change = adversarial[index] - clean[index];
    sum += change * change;
  }
  return sum;
}
