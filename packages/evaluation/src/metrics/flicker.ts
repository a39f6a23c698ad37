import { defineMetric } from './metric.js';

/** Flicker: how much the colour of the whole picture jumps from frame to frame. */
export const flicker = defineMetric(
  {
    id: 'flicker',
    title: 'Flicker',
    unit: '% of the input range',
    range: '0 … 200 and at most the temporal roughness; 0 for identical clips',
    better: 'lower',
    formula:
      '100 · mean_{t,c} |m_t − m_{t−1}|, m_{t,c} = mean_p δ_{t,c,p}, with m_{−1} the last frame',
    source:
      'The roughness of Pony, Naeh, Mannor (CVPR 2021), taken of the one colour offset per frame that their attack allows; for other perturbations our choice',
    note: 'Noise averages out of it, a change of brightness does not: it is the part of the roughness that the eye sees as flicker. Cyclic, as the roughness.',
  },
  ({ data: clean, frames, height, width }) => {
    const area = height * width;
    return (adversarial) => {
      const offsets = new Float64Array(frames * 3);
      for (let plane = 0; plane < offsets.length; plane++) {
        let sum = 0;
        for (let index = plane * area; index < (plane + 1) * area; index++) {
          sum += adversarial[index] - clean[index];
        }
        offsets[plane] = sum / area;
      }
      let jumps = 0;
      for (let plane = 0; plane < offsets.length; plane++) {
        const before = (plane + offsets.length - 3) % offsets.length;
        jumps += Math.abs(offsets[plane] - offsets[before]);
      }
      return (100 * jumps) / offsets.length;
    };
  },
);
