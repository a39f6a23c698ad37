import { defineMetric } from './metric.js';

/** L∞ of the perturbation, on the 0–255 scale. */
export const linf = defineMetric(
  {
    id: 'linf',
    title: 'L∞',
    unit: 'levels (0–255 scale)',
    range: '0 … 255; 0 for identical clips',
    better: 'lower',
    formula: '255 · max_{t,c,p} |δ|',
    source: 'Definition',
    note: 'A budget of ε = 8/255 is 8 levels.',
  },
  ({ data: clean }) =>
    (adversarial) => {
      let largest = 0;
      for (let index = 0; index < clean.length; index++) {
        const change = Math.abs(adversarial[index] - clean[index]);
        if (change > largest) largest = change;
      }
      return 255 * largest;
    },
);
