import { sumOfSquares } from './magnitude.js';
import { defineMetric } from './metric.js';

/** L2 of the perturbation, on values in [0, 1]. */
export const l2 = defineMetric(
  {
    id: 'l2',
    title: 'L2',
    unit: 'Euclidean length (0–1 scale)',
    range: '0 … √(frames · 3 · height · width); 0 for identical clips',
    better: 'lower',
    formula: '√(Σ_{t,c,p} δ²)',
    source: 'Definition',
    note: 'The unit of an l2 budget; not squared, and over the whole clip. Grows with the size of the clip.',
  },
  ({ data: clean }) =>
    (adversarial) =>
      Math.sqrt(sumOfSquares(clean, adversarial)),
);
