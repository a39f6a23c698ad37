import { similarityToFrames, windowSize } from './local-similarity.js';
import { defineMetric } from './metric.js';

/** SSIM of each channel of each frame, averaged. */
export const ssim = defineMetric(
  {
    id: 'ssim',
    title: 'SSIM',
    unit: 'index',
    range: '−1 … 1; 1 for identical clips',
    better: 'higher',
    formula:
      'mean_{t,c,p} (2μₓμₓ′ + C₁)(2σₓₓ′ + C₂) / ((μₓ² + μₓ′² + C₁)(σₓ² + σₓ′² + C₂)), moments under an 11×11 Gaussian of σ 1.5, C₁ = 0.01², C₂ = 0.03²',
    source: 'Wang, Bovik, Sheikh, Simoncelli, IEEE Transactions on Image Processing 13(4), 2004',
    note: 'On RGB channels, population moments, and only where the whole window lies inside the frame (5 pixels of border are left out): scikit-image with gaussian_weights and without use_sample_covariance. `null` for frames smaller than 11×11.',
  },
  ({ height, width }, once) => {
    if (Math.min(height, width) < windowSize) return () => null;
    const similarity = once(similarityToFrames);
    return (_, onceOfIt) => meanOf(onceOfIt(similarity).ssim);
  },
);

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
