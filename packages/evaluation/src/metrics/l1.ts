import { sumOfMagnitudes } from './magnitude.js';
import { defineMetric } from './metric.js';

/** L1 of the perturbation, on values in [0, 1]. */
export const l1 = defineMetric(
  {
    id: 'l1',
    title: 'L1',
    unit: 'sum (0–1 scale)',
    range: '0 … frames · 3 · height · width; 0 for identical clips',
    better: 'lower',
    formula: 'Σ_{t,c,p} |δ|',
    source: 'Definition',
    note: 'The unit of an l1 budget. Grows with the size of the clip.',
  },
  ({ data: clean }) =>
    (adversarial) =>
      sumOfMagnitudes(clean, adversarial),
);
