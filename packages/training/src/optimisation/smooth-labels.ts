/**
 * Writes smoothed labels as probabilities: (1 − s) on the class plus s / classes on every class (Szegedy et al., CVPR
 * 2016, section 7).
 *
 * @returns (labels, classes)
 */
export function smoothLabels(
  labels: readonly number[],
  classes: number,
  smoothing: number,
): Float32Array {
  const targets = new Float32Array(labels.length * classes).fill(smoothing / classes);
  labels.forEach((label, row) => {
    targets[row * classes + label] += 1 - smoothing;
  });
  return targets;
}
