import { defineMetric } from './metric.js';
import { meanMagnitude } from './magnitude.js';

/** Mean absolute perturbation on the 0–255 scale. */
export const meanAbsolutePerturbation = defineMetric(
  {
    id: 'mean-absolute-perturbation',
    title: 'Mean absolute perturbation',
    unit: 'levels (0–255 scale)',
    range: '0 … 255; 0 for identical clips',
    better: 'lower',
    formula: '255 · mean_{t,c,p} |δ|',
    source:
      'Called MAP or AP: Wei et al., AAAI 2019 and AAAI 2020; Wei et al. (AstFocus), TPAMI 2023',
    note: 'The mean is over every value of the clip, touched or not.',
  },
  ({ data: clean }) =>
    (adversarial) =>
      255 * meanMagnitude(clean, adversarial),
);
