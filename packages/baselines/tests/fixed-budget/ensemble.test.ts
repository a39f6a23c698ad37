import { describe, expect, it } from 'vitest';
import {
  clipAt,
  copyClips,
  emptyClips,
  runAttack,
  type Attack,
  type AttackContext,
  type AttackOutcome,
  type Budget,
  type ClipBatch,
} from '@msanet/core';
import { maxAbsError, randomClips, recording, smoothVictim } from '@msanet/testkit';
import { apgd, auto, square } from '@msanet/baselines';
import { attackInTurn, type EnsembleMember } from '../../src/fixed-budget/ensemble.js';
import { attackWith, ownLabels } from '../raw-result.js';

const size = { frames: 2, height: 4, width: 4 };
const victim = smoothVictim({ classes: 5, size, hidden: 12, seed: 41 });
const clips = randomClips(4, size, 42);
const budget: Budget = { norm: 'linf', epsilon: 30 / 255 };

async function run(
  members: readonly EnsembleMember[],
  { queryLimit = Infinity, seed = 1 } = {},
): Promise<AttackOutcome> {
  const attack: Attack = {
    id: 'ensemble',
    requires: { inputGradient: true, norms: ['linf'], criteria: ['misclassification'] },
    perturb: (context) => attackInTurn(context, members),
  };
  const criteria = await ownLabels(victim, clips);
  return runAttack({ attack, victim, clips, criteria, budget, seed, queryLimit });
}

/** Some steps along the gradient, on the clips with these first values alone. */
async function climb(context: AttackContext, only: readonly number[]): Promise<ClipBatch> {
  const of = [...context.criteria.keys()];
  const moved = copyClips(context.clips);
  for (let step = 1; step <= 5; step++) {
    const { gradient, loss } = await context.victim.lossGradient(moved, of, { kind: 'margin' });
    of.filter((row) => only.includes(clipAt(context.clips, row)[0])).forEach((row) => {
      const slope = clipAt(gradient, row);
      clipAt(moved, row).forEach((value, index, values) => {
        values[index] = value + 0.03 * Math.sign(slope[index]);
      });
    });
    context.project(moved, of);
    context.report({ step, steps: 5, of, loss });
  }
  return moved;
}

const firsts = [0, 1, 2, 3].map((clip) => clipAt(clips, clip)[0]);

describe('attacks in turn', () => {
  it('work on the clips that resist, under their own numbers', async () => {
    const given: number[][] = [];
    const member = (id: string, only: readonly number[]): EnsembleMember => ({
      id,
      perturb(context) {
        given.push([...context.criteria.keys()].map((row) => clipAt(context.clips, row)[0]));
        return climb(context, only);
      },
    });
    const outcome = await run([
      member('a', [firsts[1]]),
      member('b', [firsts[0], firsts[3]]),
      member('c', []),
    ]);
    const success = outcome.clips.map((clip) => clip.success);
    expect(success).toEqual([true, true, false, true]);
    expect(given).toEqual([firsts, [firsts[0], firsts[2], firsts[3]], [firsts[2]]]);
    expect(outcome.clips.map(({ queries }) => queries)).toEqual([
      { forward: 2, gradient: 10 },
      { forward: 1, gradient: 5 },
      { forward: 3, gradient: 15 },
      { forward: 2, gradient: 10 },
    ]);
  });

  it('keep the version with the highest margin of clips that resist all', async () => {
    const still: EnsembleMember = { id: 'still', perturb: async ({ clips: own }) => own };
    const slight: EnsembleMember = {
      id: 'slight',
      async perturb(context) {
        const of = [...context.criteria.keys()];
        const moved = copyClips(context.clips);
        const { gradient } = await context.victim.lossGradient(moved, of, { kind: 'margin' });
        moved.data.forEach((value, index) => {
          moved.data[index] = value + (2 / 255) * Math.sign(gradient.data[index]);
        });
        context.project(moved, of);
        return moved;
      },
    };
    const before = await run([slight, still]);
    const after = await run([still, slight]);
    expect(before.adversarial).toEqual(after.adversarial);
    expect(maxAbsError(before.adversarial.data, before.clean.data)).toBeCloseTo(2 / 255, 6);
  });

  it('draw from streams of their own, whoever went before', async () => {
    const drawn: [string, number][] = [];
    const drawing = (id: string): EnsembleMember => ({
      id,
      async perturb({ random, clips: own }) {
        drawn.push([id, random(0).uint32()]);
        expect(random(0)).toBe(random(0));
        return own;
      },
    });
    await run([drawing('a'), drawing('b')]);
    await run([drawing('b')]);
    const [a, b, again] = drawn;
    expect(a[1]).not.toBe(b[1]);
    expect(again).toEqual(b);
  });

  it('leave off where no queries are left, and keep what there is', async () => {
    const black: EnsembleMember = {
      id: 'black',
      async perturb(context) {
        const of = [...context.criteria.keys()];
        await context.victim.predict(context.clips, of);
        const moved = emptyClips(of.length, size);
        context.project(moved, of);
        return moved;
      },
    };
    const never: EnsembleMember = {
      id: 'never',
      perturb: () => Promise.reject(new Error('nothing is left to ask with')),
    };
    const { adversarial, clips: outcomes } = await run([black, never], { queryLimit: 1 });
    expect(outcomes.map(({ queries }) => queries.forward)).toEqual([1, 1, 1, 1]);
    const moved = clips.data.reduce((most, value) => Math.max(most, Math.min(value, 30 / 255)), 0);
    expect(maxAbsError(adversarial.data, clips.data)).toBeCloseTo(moved, 6);
  });
});

describe('AutoAttack', () => {
  const many = randomClips(10, size, 43);
  const narrow: Budget = { norm: 'linf', epsilon: 6 / 255 };
  const small = { steps: 10, targets: 3, maxQueries: 30 };

  it('finds whatever its members find', async () => {
    const request = { victim, clips: many, budget: narrow };
    const all = await attackWith(auto, small, request);
    const successes = all.clips.map(({ success }) => success);
    expect(new Set(successes).size).toBe(2);
    for (const [plugin, options] of [
      [apgd, { steps: 10 }],
      [square, { maxQueries: 30 }],
    ] as const) {
      const { clips: outcomes } = await attackWith(plugin, options, request);
      outcomes.forEach(({ success }, clip) => {
        if (success) expect(successes[clip]).toBe(true);
      });
    }
  });

  it('goes on to the square attack, with forward queries alone, for the clips that resist', async () => {
    const recorded = recording(victim);
    const request = {
      victim: recorded,
      clips: many,
      budget: { norm: 'linf', epsilon: 2 / 255 },
    } as const;
    const { clips: outcomes } = await attackWith(auto, small, request);
    const resisting = outcomes.filter(({ success }) => !success);
    expect(resisting.length).toBeGreaterThan(0);
    for (const { queries } of resisting) {
      // Each of three targets: 11 gradients of APGD-T and 10 of FAB-T; and 11 of APGD.
      expect(queries.gradient).toBe(11 + 3 * 11 + 3 * 10);
      expect(queries.forward).toBeGreaterThan(30);
    }
    const last = recorded.questions.slice(-5);
    expect(last.every(({ kind }) => kind === 'forward')).toBe(true);
  });
});
