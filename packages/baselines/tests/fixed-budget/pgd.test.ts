import { describe, expect, it } from 'vitest';
import {
  MsanetError,
  clipAt,
  createFrom,
  isAdversarial,
  logitsOf,
  selectClips,
  targeted,
  type Budget,
} from '@msanet/core';
import { maxAbsError, queryOnly, randomClips, recording, smoothVictim } from '@msanet/testkit';
import { pgd } from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';
import { attackWith, ownLabels } from '../raw-result.js';

const size = { frames: 2, height: 4, width: 4 };
const victim = smoothVictim({ classes: 4, size, seed: 11 });
const clips = randomClips(4, size, 12);
const budget: Budget = { norm: 'linf', epsilon: 12 / 255 };

describe('early stopping', () => {
  it('drops a clip after one forward query that confirms its 8-bit version', async () => {
    const recorded = recording(victim);
    const outcome = await attackWith(pgd, { steps: 20 }, { victim: recorded, clips, budget });
    const successes = outcome.clips.filter(({ success }) => success);
    expect(successes.length).toBeGreaterThan(0);
    for (const { queries, firstSuccess } of successes) {
      expect(queries.forward).toBeGreaterThanOrEqual(1);
      expect(queries.gradient).toBeLessThan(20);
      expect(firstSuccess?.gradient).toBeLessThanOrEqual(queries.gradient);
    }
    // The batch shrinks: rows of the gradient queries fall from all clips to those that resist.
    const rows = recorded.questions
      .filter(({ kind }) => kind === 'gradient')
      .map(({ clips: asked }) => asked.shape[0]);
    expect(rows[0]).toBe(4);
    expect(rows[rows.length - 1]).toBeLessThan(4);
    expect(rows.every((count, index) => index === 0 || count <= rows[index - 1])).toBe(true);
  });

  it('returns the version that was confirmed', async () => {
    const {
      raw,
      clips: outcomes,
      adversarial,
    } = await attackWith(pgd, { steps: 20 }, { victim, clips, budget });
    const logits = await victim.predict(adversarial);
    outcomes.forEach(({ success, criterion }, clip) => {
      if (!success) return;
      expect(clipAt(raw, clip)).toEqual(clipAt(adversarial, clip));
      expect(isAdversarial(logitsOf(logits, clip), criterion)).toBe(true);
    });
  });

  it('switched off takes every step, asks nothing else, and ends at a higher margin', async () => {
    const stopped = await attackWith(pgd, { steps: 10 }, { victim, clips, budget });
    const full = await attackWith(pgd, { steps: 10, earlyStop: false }, { victim, clips, budget });
    full.clips.forEach(({ queries, margin }, clip) => {
      expect(queries).toEqual({ forward: 0, gradient: 10 });
      if (stopped.clips[clip].success) expect(margin).toBeGreaterThan(stopped.clips[clip].margin);
    });
  });

  it('reports loss and success of every step', async () => {
    const steps: number[] = [];
    await attackWith(
      pgd,
      { steps: 7, earlyStop: false },
      {
        victim,
        clips,
        budget,
        onStep(event) {
          steps.push(event.step);
          expect(event.steps).toBe(7);
          expect(event.of).toEqual([0, 1, 2, 3]);
          expect(event.queries).toEqual(event.of.map(() => ({ forward: 0, gradient: event.step })));
        },
      },
    );
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('starts', () => {
  it('are random points of the ball, other ones for another seed', async () => {
    const start = async (seed: number): Promise<Float32Array> => {
      const recorded = recording(victim);
      await attackWith(pgd, { steps: 1 }, { victim: recorded, clips, budget, seed });
      const [first] = recorded.questions.filter(({ kind }) => kind === 'gradient');
      return first.clips.data;
    };
    const [one, other] = [await start(1), await start(2)];
    expect(one).toEqual(await start(1));
    expect(maxAbsError(one, other)).toBeGreaterThan(0.01);
    const offsets = one.map((value, index) => value - clips.data[index]);
    expect(Math.max(...offsets)).toBeLessThanOrEqual(12 / 255 + 1e-6);
    expect(Math.max(...offsets)).toBeGreaterThan(10 / 255);
    expect(Math.min(...offsets)).toBeLessThan(-10 / 255);
    const mean = offsets.reduce((sum, value) => sum + Math.abs(value), 0) / offsets.length;
    expect(mean).toBeGreaterThan(4 / 255);
    expect(mean).toBeLessThan(7 / 255);
  });

  it('are the clean clip on request', async () => {
    const recorded = recording(victim);
    await attackWith(pgd, { steps: 1, randomStart: false }, { victim: recorded, clips, budget });
    const [first] = recorded.questions.filter(({ kind }) => kind === 'gradient');
    expect(first.clips.data).toEqual(clips.data);
  });

  it('repeated keep the best: more restarts are never worse', async () => {
    const run = (restarts: number): ReturnType<typeof attackWith> =>
      attackWith(pgd, { steps: 3, restarts, earlyStop: false }, { victim, clips, budget });
    const [two, five] = [await run(2), await run(5)];
    five.clips.forEach(({ margin, queries }, clip) => {
      expect(margin).toBeGreaterThanOrEqual(two.clips[clip].margin);
      expect(queries).toEqual({ forward: 5, gradient: 15 });
    });
    expect(five.clips.some(({ margin }, clip) => margin > two.clips[clip].margin)).toBe(true);
  });

  it('repeated with early stopping are for the clips that resist', async () => {
    const { clips: outcomes } = await attackWith(
      pgd,
      { steps: 4, restarts: 3 },
      { victim, clips, budget },
    );
    const found = outcomes.filter(({ success }) => success);
    expect(found.some(({ queries }) => queries.gradient <= 4)).toBe(true);
    for (const { success, queries } of outcomes) {
      if (!success) expect(queries).toEqual({ forward: 3, gradient: 12 });
    }
  });
});

describe('the step size', () => {
  it('is 2.5 ε / steps by default: for 8/255 and ten steps that of torchattacks, 2/255', async () => {
    const recorded = recording(victim);
    await attackWith(
      pgd,
      { steps: 10, randomStart: false, earlyStop: false },
      {
        victim: recorded,
        clips,
        budget: { norm: 'linf', epsilon: 8 / 255 },
      },
    );
    const [first, second] = recorded.questions.filter(({ kind }) => kind === 'gradient');
    const moved = maxAbsError(second.clips.data, first.clips.data);
    expect(moved).toBeCloseTo(2 / 255, 6);
  });
});

describe('a query limit', () => {
  it.each([1, 2, 3, 7])('of %d is used up, and the last iterate counts', async (queryLimit) => {
    const outcome = await attackWith(
      pgd,
      { steps: 10, earlyStop: false, randomStart: false },
      { victim, clips, budget, queryLimit },
    );
    const steps = await attackWith(
      pgd,
      { steps: queryLimit, stepSize: (2.5 * 12) / 255 / 10, earlyStop: false, randomStart: false },
      { victim, clips, budget },
    );
    const spent = outcome.clips.map(({ queries }) => queries.gradient);
    expect(spent).toEqual(new Array<number>(4).fill(queryLimit));
    expect(outcome.raw.data).toEqual(steps.raw.data);
  });
});

describe('targets', () => {
  it('are reached', async () => {
    const criteria = (await ownLabels(victim, clips)).map(({ label }) =>
      targeted(label, (label + 1) % 4),
    );
    const { clips: outcomes } = await attackWith(
      pgd,
      { steps: 40, loss: 'margin' },
      { victim, clips, criteria, budget: { norm: 'linf', epsilon: 80 / 255 } },
    );
    expect(outcomes.filter(({ success }) => success).length).toBeGreaterThanOrEqual(3);
  });
});

describe('wrong use', () => {
  it.each([
    [{ steps: 0 }, /option steps: expected a number of at least 1, got 0/],
    [{ stepSize: -1 }, /option stepSize: expected a number of more than 0, got -1/],
    [{ loss: 'hinge' }, /option loss: expected cross-entropy, margin or dlr, got hinge/],
    [
      { step: 3 },
      /expected only the options loss, steps, stepSize, randomStart, restarts, earlyStop, quantile/,
    ],
  ])('of options %j is one sentence', async (options, sentence) => {
    const create = createFrom(pgd, noDependencies, options);
    await expect(create).rejects.toThrow(sentence);
    await expect(create).rejects.toBeInstanceOf(MsanetError);
  });

  it('of victims and budgets is refused', async () => {
    const blind = attackWith(pgd, {}, { victim: queryOnly(victim), clips, budget });
    await expect(blind).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' });
    const sparse = attackWith(pgd, {}, { victim, clips, budget: { norm: 'l0', pixels: 3 } });
    await expect(sparse).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' });
    const two = smoothVictim({ classes: 2, size });
    const dlr = attackWith(pgd, { loss: 'dlr' }, { victim: two, clips, budget });
    await expect(dlr).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

it('does not depend on the neighbours in the batch', async () => {
  const together = await attackWith(pgd, {}, { victim, clips, budget });
  const alone = await attackWith(pgd, {}, { victim, clips: selectClips(clips, [3]), budget });
  expect(clipAt(alone.adversarial, 0)).toEqual(clipAt(together.adversarial, 3));
});
