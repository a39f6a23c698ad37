import { describe, expect, it } from 'vitest';
import {
  argmax,
  createFrom,
  misclassification,
  runAttack,
  targeted,
  type Budget,
} from '@msanet/core';
import { maxAbsError, recording } from '@msanet/testkit';
import { square } from '@msanet/baselines';
import { noDependencies } from '../no-dependencies.js';
import { clip, draws, trajectories, victim, type SquareTrajectory } from './golden/square.js';

/** The perturbations that the attack asks about, with the draws of the script and without rounding to 8 bits. */
async function perturbations(golden: SquareTrajectory): Promise<number[][]> {
  const { norm, epsilon, target, options } = golden;
  const attack = await createFrom(square, noDependencies, options);
  const label = argmax((await victim.predict(clip)).data);
  const recorded = recording(victim);
  let asked: number[][] = [];
  await runAttack({
    victim: recorded,
    clips: clip,
    criteria: [target === null ? misclassification(label) : targeted(label, (label + target) % 5)],
    budget: { norm, epsilon } satisfies Budget,
    seed: 1,
    attack: {
      ...attack,
      async perturb(context) {
        const result = await attack.perturb({
          ...context,
          random: () => draws(),
          round: context.project,
        });
        asked = recorded.questions
          .slice(1)
          .map((question) => Array.from(question.clips.data, (value, at) => value - clip.data[at]));
        return result;
      },
    },
  });
  return asked;
}

describe('every version that the square attack asks about is that of NumPy in float64', () => {
  it.each(trajectories.map((golden) => [golden.norm, JSON.stringify(golden.options), golden]))(
    '%s %s',
    async (_, __, given) => {
      const golden = given as SquareTrajectory;
      const asked = await perturbations(golden);
      const trace = asked.flatMap((delta) => [
        Math.hypot(...delta),
        delta.reduce((sum, value, at) => sum + value * Math.cos(at), 0),
      ]);
      expect(trace.length).toBe(golden.trace.length);
      expect(maxAbsError(trace, golden.trace)).toBeLessThan(2e-5);
    },
  );
});
