import { defineMetric } from './metric.js';

/** L0: how many values differ. */
export const l0 = defineMetric(
  {
    id: 'l0',
    title: 'L0',
    unit: 'values',
    range: '0 … frames · 3 · height · width; 0 for identical clips',
    better: 'lower',
    formula: '#{(t,c,p) : δ ≠ 0}',
    source: 'Definition',
    note: 'Counts colour values, not pixels; on the 8-bit grid, those that moved by a level or more.',
  },
  ({ data: clean }) =>
    (adversarial) => {
      let count = 0;
      for (let index = 0; index < clean.length; index++) {
        count += adversarial[index] === clean[index] ? 0 : 1;
      }
      return count;
    },
);
