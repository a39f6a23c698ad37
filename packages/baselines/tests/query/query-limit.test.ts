import { describe, expect, it } from 'vitest';
import type { AttackPlugin, Budget } from '@msanet/core';
import { queryOnly, randomClips, recording, smoothVictim } from '@msanet/testkit';
import { queryAttacks } from '@msanet/baselines';
import { attackWith } from '../raw-result.js';

const size = { frames: 3, height: 9, width: 10 };
const victim = smoothVictim({ classes: 4, size, seed: 47 });
const clips = randomClips(2, size, 48);
/** So little that no attack succeeds, and every query is spent. */
const budgets: Budget[] = [
  { norm: 'linf', epsilon: 1 / 255 },
  { norm: 'l2', epsilon: 0.05 },
];

const cases = queryAttacks.flatMap((plugin) =>
  budgets
    .filter(({ norm }) => plugin.requires.norms.includes(norm))
    .map((budget): [string, string, AttackPlugin, Budget] => [
      plugin.id,
      budget.norm,
      plugin,
      budget,
    ]),
);

describe('spends its queries, and not one more', () => {
  it.each(cases)('%s in %s', async (id, _, plugin, budget) => {
    const option = id === 'random-noise' ? 'samples' : 'maxQueries';
    for (const [maxQueries, queryLimit, expected] of [
      [37, undefined, 37],
      [37, 20, 20],
      [1, undefined, 1],
    ] as const) {
      const recorded = recording(queryOnly(victim));
      const outcome = await attackWith(
        plugin,
        { [option]: maxQueries },
        { victim: recorded, clips, budget, ...(queryLimit === undefined ? {} : { queryLimit }) },
      );
      const what = `${maxQueries} of at most ${queryLimit}`;
      expect(
        outcome.clips.map(({ success }) => success),
        what,
      ).toEqual([false, false]);
      for (const { queries } of outcome.clips) {
        expect(queries, what).toEqual({ forward: expected, gradient: 0 });
      }
      // Before the attack the labels and the clean clips are asked about, after it the result.
      expect(recorded.questions.length - 3, what).toBe(expected);
    }
  });
});
