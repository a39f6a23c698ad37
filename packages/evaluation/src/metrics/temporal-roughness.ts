import { defineMetric } from './metric.js';

/** Roughness of Pony et al.: how much the perturbation changes from frame to frame. */
export const temporalRoughness = defineMetric(
  {
    id: 'temporal-roughness',
    title: 'Temporal roughness',
    unit: '% of the input range',
    range: '0 … 200; 0 for identical clips, and for a perturbation that is the same in every frame',
    better: 'lower',
    formula: '100 · mean_{t,c,p} |δ_t − δ_{t−1}|, with δ_{−1} the last frame',
    source: 'Pony, Naeh, Mannor, CVPR 2021',
    note: 'Cyclic as in the source: a perturbation of one frame costs the same wherever that frame is. Always 0 for one frame.',
  },
  ({ data: clean, frames }) =>
    (adversarial) => {
      const length = clean.length / frames;
      let sum = 0;
      for (let frame = 0; frame < frames; frame++) {
        const back = frame === 0 ? (1 - frames) * length : length;
        for (let index = frame * length; index < (frame + 1) * length; index++) {
          const before = adversarial[index - back] - clean[index - back];
          sum += Math.abs(adversarial[index] - clean[index] - before);
        }
      }
      return (100 * sum) / clean.length;
    },
);
