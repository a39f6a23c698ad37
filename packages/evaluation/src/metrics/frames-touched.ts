import { defineMetric } from './metric.js';

/** Share of the frames in which any value differs. */
export const framesTouched = defineMetric(
  {
    id: 'frames-touched',
    title: 'Frames touched',
    unit: 'share (0–1)',
    range: '0 … 1; 0 for identical clips',
    better: 'lower',
    formula: '#{t : δ_t ≠ 0} / frames',
    source: 'One minus the sparsity S of Wei et al., AAAI 2019',
  },
  ({ data: clean, frames }) =>
    (adversarial) => {
      const length = clean.length / frames;
      let touched = 0;
      for (let frame = 0; frame < frames; frame++) {
        const end = (frame + 1) * length;
        let index = frame * length;
        while (index < end && adversarial[index] === clean[index]) index++;
        if (index < end) touched++;
      }
      return touched / frames;
    },
);
