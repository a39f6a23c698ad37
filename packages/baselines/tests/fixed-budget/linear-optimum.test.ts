import { describe, expect, it } from 'vitest';
import { clipBatch, type ClipBatch } from '@msanet/core';
import { linearVictim, maxAbsError, randomClips } from '@msanet/testkit';
import { fgsm, pgd } from '@msanet/baselines';
import { attackWith } from '../raw-result.js';

const size = { frames: 2, height: 3, width: 4 };
const length = 72;
/** Two classes: the margin is one linear function, and its maximum over a ball has a closed form. */
const victim = linearVictim({ classes: 2, size, seed: 3 });

/** Clips on the grid between levels 80 and 175, where [0, 1] is out of reach. */
function innerClips(batch: number): ClipBatch {
  const clips = randomClips(batch, size, 4);
  return clipBatch(
    clips.data.map((value) => Math.fround((80 + Math.floor(95 * value)) / 255)),
    clips.shape,
  );
}

/** w with margin(p) = ⟨w, p⟩ + constant, for the label that each clip has. */
async function slopes(clips: ClipBatch): Promise<Float64Array[]> {
  const logits = await victim.predict(clips);
  return Array.from({ length: clips.shape[0] }, (_, clip) => {
    const label = logits.data[2 * clip + 1] > logits.data[2 * clip] ? 1 : 0;
    const other = 1 - label;
    return Float64Array.from(
      { length },
      (_, at) => victim.weights[other * length + at] - victim.weights[label * length + at],
    );
  });
}

/** Where ⟨w, p⟩ is largest over ‖p − x‖₂ ≤ ε and [0, 1]: p = clamp(x + s·w), with s found by bisection. */
function l2Optimum(clean: ArrayLike<number>, slope: Float64Array, epsilon: number): number[] {
  const at = (scale: number): number[] =>
    Array.from(slope, (w, index) => Math.min(1, Math.max(0, clean[index] + scale * w)));
  const size = (point: number[]): number =>
    Math.hypot(...point.map((value, index) => value - clean[index]));
  let [low, high] = [0, 1e6];
  for (let halving = 0; halving < 200; halving++) {
    const middle = (low + high) / 2;
    if (size(at(middle)) > epsilon) high = middle;
    else low = middle;
  }
  return at(low);
}

/** The largest ⟨w, p − x⟩ over ‖p − x‖₁ ≤ ε and [0, 1]: values move to their edges, those with the largest |w| first. */
function l1OptimalGain(clean: ArrayLike<number>, slope: Float64Array, epsilon: number): number {
  let left = epsilon;
  let gain = 0;
  for (const index of [...slope.keys()].sort((a, b) => Math.abs(slope[b]) - Math.abs(slope[a]))) {
    const move = Math.min(left, slope[index] < 0 ? clean[index] : 1 - clean[index]);
    gain += Math.abs(slope[index]) * move;
    left -= move;
  }
  return gain;
}

describe.each([
  ['inner clips', innerClips(3)],
  ['clips on the edges of the range', randomClips(3, size, 5)],
])('on a linear victim, %s', (_, clips) => {
  const clean = (clip: number): Float32Array =>
    clips.data.subarray(clip * length, (clip + 1) * length);

  it.each([{ randomStart: false }, { randomStart: true }])(
    'PGD in linf ends at the corner x + ε · sign(w), %j',
    async (options) => {
      const epsilon = 8 / 255;
      const { raw } = await attackWith(
        pgd,
        { ...options, loss: 'margin', steps: 12, earlyStop: false },
        { victim, clips, budget: { norm: 'linf', epsilon } },
      );
      const expected = (await slopes(clips)).flatMap((slope, clip) =>
        Array.from(slope, (w, index) =>
          Math.min(1, Math.max(0, clean(clip)[index] + epsilon * Math.sign(w))),
        ),
      );
      expect(maxAbsError(raw.data, expected)).toBeLessThan(1e-6);
    },
  );

  it.each([{ randomStart: false }, { randomStart: true }])(
    'PGD in l2 ends where the KKT conditions hold, %j',
    async (options) => {
      const epsilon = 0.8;
      const { raw } = await attackWith(
        pgd,
        { ...options, loss: 'margin', steps: 60, stepSize: 0.4, earlyStop: false },
        { victim, clips, budget: { norm: 'l2', epsilon } },
      );
      const expected = (await slopes(clips)).flatMap((slope, clip) =>
        l2Optimum(clean(clip), slope, epsilon),
      );
      expect(maxAbsError(raw.data, expected)).toBeLessThan(1e-4);
    },
  );

  it('PGD in l1 comes within 1 % of the optimum, after rounding within 3 %', async () => {
    const epsilon = 2.5;
    const { raw, adversarial } = await attackWith(
      pgd,
      { randomStart: false, loss: 'margin', steps: 100, stepSize: 0.1, earlyStop: false },
      { victim, clips, budget: { norm: 'l1', epsilon } },
    );
    (await slopes(clips)).forEach((slope, clip) => {
      const gainOf = ({ data }: ClipBatch): number =>
        slope.reduce((sum, w, at) => sum + w * (data[clip * length + at] - clean(clip)[at]), 0);
      const best = l1OptimalGain(clean(clip), slope, epsilon);
      expect(gainOf(raw)).toBeGreaterThan(0.99 * best);
      expect(gainOf(raw)).toBeLessThan(best + 1e-5);
      expect(gainOf(adversarial)).toBeGreaterThan(0.97 * best);
    });
  });

  it.each(['linf', 'l2'] as const)('FGSM in %s is one full step of PGD', async (norm) => {
    const budget = { norm, epsilon: norm === 'linf' ? 8 / 255 : 0.8 };
    const one = await attackWith(fgsm, { loss: 'margin' }, { victim, clips, budget });
    const step = { steps: 1, stepSize: budget.epsilon, randomStart: false };
    for (const earlyStop of [true, false]) {
      const options = { ...step, loss: 'margin', earlyStop };
      const same = await attackWith(pgd, options, { victim, clips, budget });
      expect(same.raw).toEqual(one.raw);
      expect(same.adversarial).toEqual(one.adversarial);
    }
  });
});
