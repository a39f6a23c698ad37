/**
 * Σ over frames of the root mean square of the perturbation: the l2,1 norm of Wei et al. (AAAI 2019, eq. 2) with means in
 * place of sums within a frame, as their code has it.
 *
 * Its gradient in a frame of n values with root mean square r is δ / (n · r), and 0 where r is 0.
 *
 * @param delta whole frames
 * @param frameLength n
 * @param gradient same length; the weighted gradient is added to it
 */
export function frameNormSum(
  delta: Float32Array,
  frameLength: number,
  gradient?: Float32Array,
  weight = 1,
): number {
  let sum = 0;
  for (let start = 0; start < delta.length; start += frameLength) {
    let squares = 0;
    for (let index = start; index < start + frameLength; index++) {
      squares += delta[index] * delta[index];
    }
    const root = Math.sqrt(squares / frameLength);
    sum += root;
    if (gradient === undefined || root === 0) continue;
    const scale = weight / (frameLength * root);
    for (let index = start; index < start + frameLength; index++) {
      gradient[index] += scale * delta[index];
    }
  }
  return sum;
}

/** The same norm of the difference of two clips. */
export function frameNormSumBetween(
  clip: Float32Array,
  clean: Float32Array,
  frameLength: number,
): number {
  return frameNormSum(
    clip.map((value, index) => value - clean[index]),
    frameLength,
  );
}
