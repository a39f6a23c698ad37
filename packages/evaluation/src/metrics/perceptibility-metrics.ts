import { flicker } from './flicker.js';
import { framesTouched } from './frames-touched.js';
import { l0 } from './l0.js';
import { l1 } from './l1.js';
import { l2 } from './l2.js';
import { linf } from './linf.js';
import { meanAbsolutePerturbation } from './mean-absolute-perturbation.js';
import type { Clip, Metric } from './metric.js';
import { msSsim } from './ms-ssim.js';
import { onceFor } from './once.js';
import { pixelsTouched } from './pixels-touched.js';
import { psnr, psnrPerFrame } from './psnr.js';
import { ssim } from './ssim.js';
import { temporalRoughness } from './temporal-roughness.js';
import { thickness } from './thickness.js';
import { warpingErrorIncrease } from './warping-error.js';

/** Every metric of a clean and an adversarial clip that needs no file of the user, in the order of tables. */
export const perceptibilityMetrics: readonly Metric[] = [
  meanAbsolutePerturbation,
  l0,
  l1,
  l2,
  linf,
  framesTouched,
  pixelsTouched,
  psnr,
  psnrPerFrame,
  ssim,
  msSsim,
  thickness,
  temporalRoughness,
  flicker,
  warpingErrorIncrease,
];

/** Values by metric id; `null` where a metric is undefined for such a clip. */
export type MetricValues = Readonly<Record<string, number | null>>;

/**
 * Prepares several metrics for one clean clip, to measure any number of adversarial clips against it. Metrics that need the
 * same intermediate results share them.
 *
 * @param clean left unchanged as long as the returned function is in use
 * @throws MsanetError `SHAPE_MISMATCH`, here and from the returned function
 */
export function measureAgainst(
  clean: Clip,
  metrics: readonly Metric[] = perceptibilityMetrics,
): (adversarial: Float32Array) => MetricValues {
  const onceOfClean = onceFor(clean);
  const measurements = metrics.map(
    (metric) => [metric.id, metric.prepare(clean, onceOfClean)] as const,
  );
  return (adversarial) => {
    const once = onceFor(adversarial);
    return Object.fromEntries(
      measurements.map(([id, measurement]) => [id, measurement(adversarial, once)]),
    );
  };
}
