import { describe, expect, it } from 'vitest';
import { clipBatch, type Budget } from '@msanet/core';
import { randomClips, recording, smoothVictim } from '@msanet/testkit';
import { square } from '@msanet/baselines';
import { opposedBumps } from '../../src/query/square-l2.js';
import { windowShare, windowSide } from '../../src/query/square-schedule.js';
import { attackWith } from '../raw-result.js';

const size = { frames: 2, height: 12, width: 10 };
const area = 120;
const length = 720;
/** Flat, so that no clip is done early. */
const victim = smoothVictim({ classes: 4, size, seed: 31 });
const clips = randomClips(2, size, 32);

/** The perturbations of the first clip at every query, in levels. */
async function perturbations(options: object, budget: Budget): Promise<number[][]> {
  const recorded = recording(victim);
  await attackWith(square, { ...options }, { victim: recorded, clips, budget });
  return recorded.questions
    .slice(2, -1)
    .map(({ clips: asked }) =>
      Array.from(asked.data.subarray(0, length), (value, at) => 255 * (value - clips.data[at])),
    );
}

describe('the schedule of the window', () => {
  it('halves p after 10, 50, 200, 500, 1000, 2000, 4000, 6000 and 8000 of 10,000 steps', () => {
    const table: [number, number][] = [
      [0, 1],
      [10, 1],
      [11, 2],
      [50, 2],
      [51, 4],
      [200, 4],
      [201, 8],
      [500, 8],
      [501, 16],
      [1000, 16],
      [1001, 32],
      [2000, 32],
      [2001, 64],
      [4000, 64],
      [4001, 128],
      [6000, 128],
      [6001, 256],
      [8000, 256],
      [8001, 512],
      [9999, 512],
    ];
    for (const [step, divisor] of table) {
      expect(windowShare(step, 10000, 0.8), `step ${step}`).toBe(0.8 / divisor);
    }
  });

  it('is stretched over fewer steps', () => {
    for (const step of [0, 5, 6, 25, 26, 4000, 4001]) {
      expect(windowShare(step, 5000, 0.8)).toBe(windowShare(2 * step, 10000, 0.8));
    }
  });

  it('covers that share of a frame, as far as a square fits', () => {
    expect(windowSide(0.8, { frames: 1, height: 224, width: 224 }, 1)).toBe(200);
    expect(windowSide(0.8, { frames: 1, height: 10, width: 40 }, 1)).toBe(10);
    expect(windowSide(1e-6, { frames: 1, height: 224, width: 224 }, 3)).toBe(3);
  });
});

describe('square in linf', () => {
  const budget: Budget = { norm: 'linf', epsilon: 1 / 255 };

  it.each(['shared', 'frame'])(
    'keeps every value at ±ε or the edge of the range, time %s',
    async (time) => {
      const asked = await perturbations({ maxQueries: 20, time }, budget);
      expect(asked.length).toBe(20);
      for (const delta of asked) {
        const astray = delta.filter((value, at) => {
          const edge = clips.data[at] === 0 || clips.data[at] === 1;
          return Math.abs(value) > 0.5 ? Math.round(Math.abs(value)) !== 1 : !edge;
        });
        expect(astray).toEqual([]);
        expect(delta.some((value) => value > 0.5) && delta.some((value) => value < -0.5)).toBe(
          true,
        );
      }
    },
  );

  it('starts from vertical stripes and changes one square per step, the same in all frames', async () => {
    const inner = clipBatch(
      clips.data.map((value) => Math.fround((20 + Math.round(200 * value)) / 255)),
      clips.shape,
    );
    const recorded = recording(victim);
    await attackWith(square, { maxQueries: 25 }, { victim: recorded, clips: inner, budget });
    const asked = recorded.questions
      .slice(2, -1)
      .map(({ clips: { data } }) =>
        Array.from(data.subarray(0, length), (value, at) =>
          Math.round(255 * (value - inner.data[at])),
        ),
      );
    const [stripes] = asked;
    stripes.forEach((side, at) => {
      const column = at % size.width;
      const channel = Math.floor(at / area) % 3;
      expect(side).toBe(stripes[channel * area + column]);
    });
    for (const delta of asked.slice(1)) {
      const first = delta.slice(0, 3 * area);
      expect(delta.slice(3 * area)).toEqual(first);
      // Against some version before it, what changed fits into a square of one colour per channel.
      const fits = asked.slice(0, asked.indexOf(delta)).some((before) => {
        const changed = [...first.keys()].filter((at) => first[at] !== before[at]);
        const rows = changed.map((at) => Math.floor((at % area) / size.width));
        const columns = changed.map((at) => at % size.width);
        const side =
          Math.max(
            Math.max(...rows) - Math.min(...rows),
            Math.max(...columns) - Math.min(...columns),
          ) + 1;
        const colours = [0, 1, 2].map(
          (channel) =>
            new Set(
              changed.filter((at) => Math.floor(at / area) === channel).map((at) => first[at]),
            ).size,
        );
        return changed.length > 0 && side <= 10 && colours.every((count) => count <= 1);
      });
      expect(fits).toBe(true);
    }
  });
});

describe('square in l2', () => {
  it.each([3, 4, 5, 9])('has two opposed bumps of equal norm on a side of %d', (side) => {
    const eta = opposedBumps(side);
    const upper = Math.floor(side / 2) * side;
    const norm = (values: Float64Array): number => Math.hypot(...values);
    expect(norm(eta)).toBeCloseTo(1, 12);
    expect(norm(eta.subarray(0, upper))).toBeCloseTo(Math.SQRT1_2, 12);
    expect(eta.every((value, cell) => (cell < upper ? value > 0 : value < 0))).toBe(true);
    if (side % 2 === 1) {
      eta.forEach((value, cell) => {
        const mirrored = Math.floor(cell / side) * side + (side - 1 - (cell % side));
        expect(value).toBeCloseTo(eta[mirrored], 12);
      });
    }
  });

  it.each(['shared', 'frame'])('uses the ball and never leaves it, time %s', async (time) => {
    const inner = { norm: 'l2', epsilon: 0.4 } as const;
    const asked = await perturbations({ maxQueries: 30, time, share: 0.4 }, inner);
    for (const delta of asked) {
      expect(Math.hypot(...delta) / 255).toBeLessThan(0.4 * (1 + 1e-6));
      expect(Math.hypot(...delta) / 255).toBeGreaterThan(0.3);
    }
  });
});

it('keeps a step only where the score rises', async () => {
  const recorded = recording(victim);
  const { clips: outcomes } = await attackWith(
    square,
    { maxQueries: 40 },
    { victim: recorded, clips, budget: { norm: 'linf', epsilon: 1 / 255 } },
  );
  const margins: number[] = [];
  for (const question of recorded.questions.slice(2, -1)) {
    const { data } = await victim.predict(question.clips);
    const logits = [...data.subarray(0, 4)];
    const [outcome] = outcomes;
    const own = logits[outcome.criterion.label];
    logits.splice(outcome.criterion.label, 1);
    margins.push(Math.max(...logits) - own);
  }
  expect(outcomes[0].margin).toBeCloseTo(Math.max(...margins), 6);
});
