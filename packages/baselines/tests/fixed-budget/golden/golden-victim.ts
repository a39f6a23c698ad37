import { clipBatch, type ClipBatch, type VictimModel } from '@msanet/core';
import { smoothVictim } from '@msanet/testkit';

// The formulas of tools/golden/baselines/fixed-budget.py.
const size = { frames: 2, height: 4, width: 5 };
/** Clips in a golden batch. */
export const goldenBatch = 2;
/** Values in a golden clip. */
export const goldenLength = size.frames * 3 * size.height * size.width;
const [hidden, classes] = [6, 5];

/** scale · sin(shift + 1.3 r + 0.7 c + 0.9 r c), shape (rows, columns). */
function wave(rows: number, columns: number, scale: number, shift: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, index) => {
    const [r, c] = [Math.floor(index / columns), index % columns];
    return scale * Math.sin(shift + 1.3 * r + 0.7 * c + 0.9 * r * c);
  });
}

/** The network whose gradients the trajectories follow. */
export const goldenVictim: VictimModel = smoothVictim({
  classes,
  size,
  weights: {
    input: wave(hidden, goldenLength, 3 / Math.sqrt(goldenLength), 1),
    inputBias: wave(1, hidden, 0.1, 2),
    output: wave(classes, hidden, 2 / Math.sqrt(hidden), 3),
    outputBias: wave(1, classes, 0.1, 4),
  },
});

/** Clips with values on the edges of the range, or away from them. */
export function goldenClips(kind: 'levels' | 'inner'): ClipBatch {
  const data = Float32Array.from({ length: goldenBatch * goldenLength }, (_, k) => {
    const number = 37 * k + 11 * k * k;
    if (kind === 'inner') return (80 + (number % 96)) / 255;
    const level = number % 256;
    return (k % 7 === 0 ? (level > 127 ? 255 : 0) : level) / 255;
  });
  return clipBatch(data, [goldenBatch, size.frames, 3, size.height, size.width]);
}
