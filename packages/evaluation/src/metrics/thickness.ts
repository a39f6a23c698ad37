import { meanMagnitude } from './magnitude.js';
import { defineMetric } from './metric.js';

/** Thickness of Pony et al.: the mean absolute perturbation in percent of the input range. */
export const thickness = defineMetric(
  {
    id: 'thickness',
    title: 'Thickness',
    unit: '% of the input range',
    range: '0 … 100; 0 for identical clips',
    better: 'lower',
    formula: '100 · mean_{t,c,p} |δ|',
    source: 'Pony, Naeh, Mannor, CVPR 2021',
    note: 'The mean absolute perturbation in another unit: 1 % is 2.55 levels.',
  },
  ({ data: clean }) =>
    (adversarial) =>
      100 * meanMagnitude(clean, adversarial),
);
