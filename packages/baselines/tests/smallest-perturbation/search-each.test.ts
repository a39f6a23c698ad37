import { describe, expect, it } from 'vitest';
import {
  clipAt,
  copyClips,
  isOnGrid,
  misclassification,
  runAttack,
  type Attack,
  type AttackRequest,
  type Budget,
} from '@msanet/core';
import { recording } from '@msanet/testkit';
import { searchEach, type SearchPlan } from '../../src/smallest-perturbation/search-each.js';
import {
  gradientAt,
  judgementAt,
  type Search,
  type SearchSubject,
} from '../../src/smallest-perturbation/search.js';
import { perturbationSize } from '../../src/smallest-perturbation/perturbation-size.js';
import { affineScene } from './affine.js';

const { victim, clips, labels, boundaries } = await affineScene(3);
const wide: Budget = { norm: 'l2', epsilon: 100 };

/** A version of a clip on the way to its nearest boundary: 1 is on the boundary, more is beyond. */
function onTheWay(clip: number, share: number): Float32Array {
  const way = (target: number): number => {
    const { gap, slope } = boundaries[clip][target];
    return -gap / slope.reduce((sum, w) => sum + w * w, 0);
  };
  const nearest = boundaries[clip]
    .map((_, index) => index)
    .sort((a, b) => length(a) - length(b))[0];
  function length(target: number): number {
    return way(target) * Math.hypot(...boundaries[clip][target].slope);
  }
  const { slope } = boundaries[clip][nearest];
  return clipAt(clips, clip).map((value, at) => value + share * way(nearest) * slope[at]);
}

/** Runs one scripted search per clip. */
async function searched(
  script: (clip: number, subject: SearchSubject) => Search,
  plan: Partial<SearchPlan> = {},
  request: Partial<AttackRequest> = {},
) {
  const recorded = recording(victim);
  let raw = copyClips(clips);
  const attack: Attack = {
    id: 'scripted',
    requires: { inputGradient: true, norms: ['l2', 'linf', 'l0'], criteria: ['misclassification'] },
    async perturb(context) {
      let clip = 0;
      const questions = 9;
      const all = { questions, rounded: false, ...plan };
      raw = await searchEach(context, all, (subject) => script(clip++, subject));
      return copyClips(raw);
    },
  };
  const outcome = await runAttack({
    attack,
    victim: recorded,
    clips,
    criteria: labels.map(misclassification),
    budget: wide,
    seed: 1,
    ...request,
  });
  // Without the questions of the base, before and after.
  const questions = recorded.questions.slice(1).filter((_, index, all) => index < all.length - 1);
  return { ...outcome, raw, questions };
}

describe('searches side by side', () => {
  it('keep the smallest adversarial version of each clip', async () => {
    const { raw } = await searched(function* (clip) {
      for (const share of [0.5, 3, 1.5, 0.9, 2]) yield* judgementAt(onTheWay(clip, share));
    });
    for (const clip of labels.keys()) expect(clipAt(raw, clip)).toEqual(onTheWay(clip, 1.5));
  });

  it('fall back on the highest margin', async () => {
    const { raw, clips: outcomes } = await searched(function* (clip) {
      for (const share of [0.5, 0.9, 0.2]) yield* judgementAt(onTheWay(clip, share));
    });
    for (const clip of labels.keys()) expect(clipAt(raw, clip)).toEqual(onTheWay(clip, 0.9));
    expect(outcomes.some(({ success }) => success)).toBe(false);
  });

  it('count only what has the confidence that is asked for, if anything has', async () => {
    const far = await searched(
      function* (clip) {
        const { margin } = yield* judgementAt(onTheWay(clip, 4));
        expect(margin).toBeGreaterThan(1e-3);
        for (const share of [1.01, 4.5]) yield* judgementAt(onTheWay(clip, share));
      },
      { confidence: 1e-3 },
    );
    expect(clipAt(far.raw, 0)).not.toEqual(onTheWay(0, 4.5));
    const none = await searched(
      function* (clip) {
        for (const share of [1.01, 1.5, 1.2]) yield* judgementAt(onTheWay(clip, share));
      },
      { confidence: 1000 },
    );
    expect(clipAt(none.raw, 0)).toEqual(onTheWay(0, 1.5));
  });

  it('prefer the smaller mean among equal sizes', async () => {
    const { raw } = await searched(
      function* (clip) {
        for (const share of [2, 1.5, 3]) yield* judgementAt(onTheWay(clip, share));
      },
      { measure: () => 7 },
    );
    expect(clipAt(raw, 0)).toEqual(onTheWay(0, 1.5));
  });

  it('let a clip go when its search ends, and ask about the others together', async () => {
    const { questions, clips: outcomes } = await searched(function* (clip) {
      for (let question = 0; question <= clip; question++) {
        yield* gradientAt(onTheWay(clip, 0.5), { kind: 'margin' });
      }
    });
    expect(questions.map((question) => question.clips.shape[0])).toEqual([4, 3, 2, 1]);
    expect(outcomes.map(({ queries }) => queries.gradient)).toEqual([1, 2, 3, 4]);
  });

  it('answer each search about its own clip, whatever the others ask', async () => {
    await searched(function* (clip, { criterion }) {
      for (let round = 0; round < 3; round++) {
        const share = 0.2 * round;
        const { target, slope } = boundaries[clip][round % 2];
        if ((clip + round) % 2 === 0) {
          const { clip: seen, adversarial } = yield* judgementAt(onTheWay(clip, share));
          expect(seen).toEqual(onTheWay(clip, share));
          expect(adversarial).toBe(false);
        } else {
          const pair = { kind: 'logit-difference', label: criterion.label, target } as const;
          const { gradient } = yield* gradientAt(onTheWay(clip, share), pair);
          gradient.forEach((value, at) => expect(value).toBeCloseTo(slope[at], 6));
        }
      }
    });
  });

  it('show the victim clips on the grid, inside the budget, where they are rounded', async () => {
    const budget: Budget = { norm: 'l2', epsilon: 0.1 };
    const { questions } = await searched(
      function* (clip) {
        const { clip: seen } = yield* judgementAt(onTheWay(clip, 5));
        expect(isOnGrid(seen)).toBe(true);
        const size = { frames: 2, height: 3, width: 4 };
        const length = perturbationSize(seen, clipAt(clips, clip), 'l2', size, true);
        expect(length).toBeLessThanOrEqual(0.1);
        expect(length).toBeGreaterThan(0.09);
      },
      { rounded: true },
      { budget },
    );
    expect(questions.length).toBe(1);
  });

  it('stop at a perturbation of one level, for on 8 bits nothing is smaller', async () => {
    // Far beyond the boundary, in a budget of one level.
    const { questions, clips: outcomes } = await searched(
      function* (clip) {
        for (let round = 0; round < 9; round++) {
          yield* judgementAt(onTheWay(clip, 1e4));
        }
      },
      { rounded: true },
      { budget: { norm: 'linf', epsilon: 1 / 255 } },
    );
    const succeeded = outcomes.filter(({ success }) => success).length;
    expect(questions.length).toBe(succeeded === 4 ? 1 : 9);
    for (const { success, queries } of outcomes) expect(queries.forward).toBe(success ? 1 : 9);
  });

  it('stop at the first success where that is wanted', async () => {
    const { clips: outcomes } = await searched(
      function* (clip) {
        for (const share of [0.5, 3, 2]) yield* judgementAt(onTheWay(clip, share));
      },
      { stopAtFirst: true },
    );
    expect(outcomes.map(({ queries }) => queries.forward)).toEqual([2, 2, 2, 2]);
  });

  it('keep what they have when the queries are used up', async () => {
    const { raw, clips: outcomes } = await searched(
      function* (clip) {
        for (const share of [3, 2, 1.5]) yield* judgementAt(onTheWay(clip, share));
      },
      {},
      { queryLimit: 2 },
    );
    expect(outcomes.map(({ queries }) => queries.forward)).toEqual([2, 2, 2, 2]);
    expect(clipAt(raw, 1)).toEqual(onTheWay(1, 2));
  });
});
