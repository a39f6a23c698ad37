import { clipAt, clipBatch, levelOf, type ClipBatch } from '@msanet/core';
import { linearVictim, randomClips } from '@msanet/testkit';
import { smallestEpsilon } from '@msanet/baselines';
import { describe, expect, it } from 'vitest';
import { attackWith } from '../raw-result.js';

const size = { frames: 2, height: 3, width: 4 };
const length = 72;
/** Two classes: the margin is one linear function, so the smallest ε has a closed form. */
const victim = linearVictim({ classes: 2, size, seed: 3 });

/** Clips on the grid between levels 80 and 175, where [0, 1] is out of reach. */
const random = randomClips(6, size, 4);
const clips: ClipBatch = clipBatch(
  random.data.map((value) => Math.fround((80 + Math.floor(95 * value)) / 255)),
  random.shape,
);

/** How far each clip is from the boundary: its lead in logits, and the slope of that lead. */
async function boundaries(): Promise<{ lead: number; slope: Float64Array }[]> {
  const { data } = await victim.predict(clips);
  return Array.from({ length: clips.shape[0] }, (_, clip) => {
    const lead = data[2 * clip] - data[2 * clip + 1];
    const slope = Float64Array.from(
      { length },
      (_, at) => victim.weights[at] - victim.weights[length + at],
    );
    return { lead: Math.abs(lead), slope };
  });
}

const changes = (adversarial: ClipBatch, clip: number): number[] =>
  Array.from(
    clipAt(adversarial, clip),
    (value, at) => levelOf(value) - levelOf(clipAt(clips, clip)[at]),
  );

describe('smallest-epsilon on a linear victim', () => {
  it('finds the closed form in linf: the first level at which a step along all signs crosses', async () => {
    const { adversarial, clips: outcomes } = await attackWith(
      smallestEpsilon,
      { loss: 'margin' },
      { victim, clips, budget: { norm: 'linf', epsilon: 60 / 255 } },
    );
    const expected = (await boundaries()).map(({ lead, slope }) =>
      Math.ceil((255 * lead) / slope.reduce((sum, value) => sum + Math.abs(value), 0)),
    );
    expect(outcomes.every(({ success }) => success)).toBe(true);
    expect(
      outcomes.map((_, clip) => Math.max(...changes(adversarial, clip).map(Math.abs))),
    ).toEqual(expected);
    // Levels that differ: that every clip has an ε of its own is seen.
    expect(new Set(expected).size).toBeGreaterThan(1);
  });

  it('comes near the distance of the boundary in l2, which nothing can undercut', async () => {
    const { adversarial, clips: outcomes } = await attackWith(
      smallestEpsilon,
      { loss: 'margin', bisections: 12 },
      { victim, clips, budget: { norm: 'l2', epsilon: 5 } },
    );
    expect(outcomes.every(({ success }) => success)).toBe(true);
    (await boundaries()).forEach(({ lead, slope }, clip) => {
      const distance = lead / Math.hypot(...slope);
      const norm = Math.hypot(...changes(adversarial, clip)) / 255;
      expect(norm).toBeGreaterThanOrEqual(distance * (1 - 1e-6));
      // Rounding costs at most half a level a value.
      expect(norm).toBeLessThanOrEqual(1.05 * distance + (0.5 * Math.sqrt(length)) / 255);
    });
  });

  it('is plain PGD where the whole budget is not enough', async () => {
    const { adversarial, clips: outcomes } = await attackWith(
      smallestEpsilon,
      { loss: 'margin' },
      { victim, clips, budget: { norm: 'linf', epsilon: 1 / 255 } },
    );
    const failed = outcomes.flatMap(({ success }, clip) => (success ? [] : [clip]));
    expect(failed.length).toBeGreaterThan(0);
    for (const clip of failed) {
      expect(changes(adversarial, clip).every((change) => Math.abs(change) === 1)).toBe(true);
    }
  });
});
