import {
  prepareSimilarity,
  similarityToFrames,
  windowSize,
  type Planes,
} from './local-similarity.js';
import { defineMetric } from './metric.js';

/** The exponents of the five scales, from the finest to the coarsest. */
const weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/** Multi-scale SSIM of each channel of each frame, averaged. */
export const msSsim = defineMetric(
  {
    id: 'ms-ssim',
    title: 'MS-SSIM',
    unit: 'index',
    range: '0 … 1; 1 for identical clips',
    better: 'higher',
    formula:
      'mean_{t,c} ssim_M^{w_M} · Π_{m<M} cs_m^{w_m}, w = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333), ssim and cs (its contrast-structure factor) averaged over a frame that is halved m − 1 times by 2×2 means',
    source: 'Wang, Simoncelli, Bovik, Asilomar Conference on Signals, Systems and Computers, 2003',
    note: 'Windows as in SSIM. An odd last row or column is dropped when halving; a negative factor counts as 0. Five scales need 176 pixels on the shorter side; a smaller frame has as many as the window fits (64 pixels: 3) with their weights scaled to the sum 1, so only compare figures of frames with the same number of scales. `null` below 11 pixels.',
  },
  ({ data, frames, height, width }, once) => {
    const scales: Planes[] = [];
    let planes: Planes = { data, count: frames * 3, height, width };
    while (scales.length < weights.length && Math.min(planes.height, planes.width) >= windowSize) {
      scales.push(planes);
      planes = halve(planes);
    }
    if (scales.length === 0) return () => null;
    const used = weights.slice(0, scales.length);
    const sum = used.reduce((total, weight) => total + weight, 0);
    const finest = once(similarityToFrames);
    const coarser = scales.slice(1).map(prepareSimilarity);
    return (adversarial, onceOfIt) => {
      const similarities = [onceOfIt(finest)];
      let other: Planes = { ...scales[0], data: adversarial };
      for (const similarity of coarser) {
        other = halve(other);
        similarities.push(similarity(other.data));
      }
      const products = new Float64Array(frames * 3).fill(1);
      similarities.forEach(({ ssim, contrast }, scale) => {
        const factors = scale === similarities.length - 1 ? ssim : contrast;
        for (let plane = 0; plane < products.length; plane++) {
          products[plane] *= Math.max(0, factors[plane]) ** (used[scale] / sum);
        }
      });
      return products.reduce((total, product) => total + product, 0) / products.length;
    };
  },
);

/** Halves planes by the means of 2×2 pixels; an odd last row or column is dropped. */
function halve({ data, count, height, width }: Planes): Planes {
  const [rows, columns] = [height >> 1, width >> 1];
  const half = new Float32Array(count * rows * columns);
  let to = 0;
  for (let plane = 0; plane < count; plane++) {
    for (let row = 0; row < rows; row++) {
      let from = (plane * height + 2 * row) * width;
      for (let column = 0; column < columns; column++, from += 2, to++) {
        half[to] = (data[from] + data[from + 1] + data[from + width] + data[from + width + 1]) / 4;
      }
    }
  }
  return { data: half, count, height: rows, width: columns };
}
