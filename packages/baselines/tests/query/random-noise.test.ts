import { describe, expect, it } from 'vitest';
import { adversarialMargin, logitsOf, type Budget } from '@msanet/core';
import { queryOnly, randomClips, recording, smoothVictim } from '@msanet/testkit';
import { randomNoise } from '@msanet/baselines';
import { attackWith } from '../raw-result.js';

const size = { frames: 2, height: 8, width: 8 };
const victim = smoothVictim({ classes: 4, size, seed: 21 });
/** Clips between levels 64 and 191, so that no noise is cut off at the edges of the range. */
const clips = {
  ...randomClips(2, size, 22),
  data: randomClips(2, size, 22).data.map((value) =>
    Math.fround((64 + Math.floor(127 * value)) / 255),
  ),
};
const length = clips.data.length / 2;

/** The noise of every question that the attack asked about the first clip, in levels. */
async function noise(options: object, budget: Budget): Promise<Float32Array[]> {
  const recorded = recording(queryOnly(victim));
  await attackWith(randomNoise, { ...options }, { victim: recorded, clips, budget });
  // Before them come the labels and the clean clips, after them the result.
  return recorded.questions
    .slice(2, -1)
    .map(({ clips: asked }) =>
      asked.data.subarray(0, length).map((value, index) => 255 * (value - clips.data[index])),
    );
}

describe('random noise', () => {
  it('uniform in linf: every level of the cube about equally often', async () => {
    const [first] = await noise({ samples: 1 }, { norm: 'linf', epsilon: 4 / 255 });
    const counts = new Map<number, number>();
    for (const value of first) {
      const level = Math.round(value);
      counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
    for (let level = -3; level <= 3; level++) {
      expect((counts.get(level) ?? 0) / length).toBeCloseTo(1 / 8, 1);
    }
  });

  it('of signs in linf: every value at the edge, on either side', async () => {
    const [first] = await noise({ samples: 1, shape: 'sign' }, { norm: 'linf', epsilon: 4 / 255 });
    expect(first.every((value) => Math.round(Math.abs(value)) === 4)).toBe(true);
    const positive = first.filter((value) => value > 0).length / length;
    expect(Math.abs(positive - 0.5)).toBeLessThan(0.1);
  });

  it.each(['uniform', 'sign', 'normal'])('%s in l2 and l1: uses the ball up', async (shape) => {
    const [l2] = await noise({ samples: 1, shape }, { norm: 'l2', epsilon: 2 });
    expect(Math.hypot(...l2) / 255).toBeCloseTo(2, 1);
    expect(Math.hypot(...l2) / 255).toBeLessThanOrEqual(2 + 1e-5);
    const [l1] = await noise({ samples: 1, shape }, { norm: 'l1', epsilon: 30 });
    const sum = l1.reduce((total, value) => total + Math.abs(value), 0) / 255;
    expect(sum).toBeLessThanOrEqual(30 + 1e-4);
    expect(sum).toBeGreaterThan(28.5);
  });

  it('keeps the sample with the highest margin', async () => {
    const steady = smoothVictim({ classes: 4, size, seed: 25 });
    const recorded = recording(steady);
    const budget: Budget = { norm: 'linf', epsilon: 1 / 255 };
    const { clips: outcomes } = await attackWith(
      randomNoise,
      { samples: 12 },
      { victim: recorded, clips, budget },
    );
    expect(outcomes.map(({ success }) => success)).toEqual([false, false]);
    const asked = recorded.questions.slice(2, -1);
    expect(asked.length).toBe(12);
    for (const [clip, { criterion, margin, queries }] of outcomes.entries()) {
      const margins: number[] = [];
      for (const { clips: rows } of asked) {
        const logits = await steady.predict(rows);
        margins.push(adversarialMargin(logitsOf(logits, clip), criterion));
      }
      expect(margin).toBe(Math.max(...margins));
      expect(queries).toEqual({ forward: 12, gradient: 0 });
    }
  });

  it('stops a clip at its first success', async () => {
    const recorded = recording(victim);
    const budget: Budget = { norm: 'linf', epsilon: 1 };
    const { clips: outcomes } = await attackWith(
      randomNoise,
      { samples: 100 },
      { victim: recorded, clips, budget },
    );
    for (const { success, queries, firstSuccess } of outcomes) {
      expect(success).toBe(true);
      expect(firstSuccess).toEqual(queries);
    }
    expect(recorded.questions.length).toBeLessThan(102);
  });

  it('compares all samples where it does not stop early', async () => {
    const recorded = recording(victim);
    const budget: Budget = { norm: 'linf', epsilon: 1 };
    const { clips: outcomes } = await attackWith(
      randomNoise,
      { samples: 30, earlyStop: false },
      { victim: recorded, clips, budget },
    );
    const asked = recorded.questions.slice(2, -1);
    expect(asked.length).toBe(30);
    for (const [clip, { criterion, margin, queries, firstSuccess }] of outcomes.entries()) {
      const margins: number[] = [];
      for (const { clips: rows } of asked) {
        const logits = await victim.predict(rows);
        margins.push(adversarialMargin(logitsOf(logits, clip), criterion));
      }
      expect(margin).toBe(Math.max(...margins));
      expect(queries.forward).toBe(30);
      expect(firstSuccess?.forward).toBeLessThan(30);
    }
  });
});
