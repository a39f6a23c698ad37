import { sumOfSquares } from './magnitude.js';
import { defineMetric } from './metric.js';

/** PSNR of the whole clip: one mean squared error over all frames. */
export const psnr = defineMetric(
  {
    id: 'psnr',
    title: 'PSNR (per video)',
    unit: 'dB',
    range: '0 … ∞; ∞ for identical clips',
    better: 'higher',
    formula: '−10 · log₁₀ mean_{t,c,p} δ²',
    source: 'Peak 1 on values in [0, 1], which is peak 255 on 8 bits',
    note: 'The mean squared error is over the whole clip, so frames that are not touched raise it.',
  },
  ({ data: clean }) =>
    (adversarial) =>
      decibels(sumOfSquares(clean, adversarial) / clean.length),
);

/** PSNR of each touched frame, averaged. */
export const psnrPerFrame = defineMetric(
  {
    id: 'psnr-frame',
    title: 'PSNR (per frame)',
    unit: 'dB',
    range: '0 … ∞; ∞ for identical clips',
    better: 'higher',
    formula: 'mean over touched frames t of −10 · log₁₀ mean_{c,p} δ_t²',
    source:
      'As PSNR; the mean over frames is that of video coding, its restriction to touched frames our choice',
    note: 'A frame that is not touched has infinite PSNR and is left out: read it with the share of frames touched.',
  },
  ({ data: clean, frames }) =>
    (adversarial) => {
      const length = clean.length / frames;
      let sum = 0;
      let touched = 0;
      for (let frame = 0; frame < frames; frame++) {
        const squares = sumOfSquares(clean, adversarial, frame * length, (frame + 1) * length);
        if (squares === 0) continue;
        sum += decibels(squares / length);
        touched++;
      }
      return touched === 0 ? Infinity : sum / touched;
    },
);

function decibels(meanSquaredError: number): number {
  return -10 * Math.log10(meanSquaredError);
}
