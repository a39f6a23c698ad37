import { defineMetric } from './metric.js';

/** Share of the pixels of all frames in which any channel differs. */
export const pixelsTouched = defineMetric(
  {
    id: 'pixels-touched',
    title: 'Pixels touched',
    unit: 'share (0–1)',
    range: '0 … 1; 0 for identical clips',
    better: 'lower',
    formula: '#{(t,p) : δ_{t,c,p} ≠ 0 for some c} / (frames · height · width)',
    source: 'Definition',
    note: 'A pixel is a position of a frame; its three channels count once.',
  },
  ({ data: clean, frames, height, width }) =>
    (adversarial) => {
      const area = height * width;
      let touched = 0;
      for (let frame = 0; frame < frames; frame++) {
        const red = frame * 3 * area;
        for (let index = red; index < red + area; index++) {
          const same =
            adversarial[index] === clean[index] &&
            adversarial[index + area] === clean[index + area] &&
            adversarial[index + 2 * area] === clean[index + 2 * area];
          touched += same ? 0 : 1;
        }
      }
      return touched / (frames * area);
    },
);
