import { describe, expect, it } from 'vitest';
import { argmax, misclassification, selectClips, targeted, type Budget } from '@msanet/core';
import { maxAbsError, recording } from '@msanet/testkit';
import { smallestPerturbationAttacks } from '@msanet/baselines';
import { attackWith } from '../raw-result.js';
import { norm } from './affine.js';
import { clips, fingerprint, trajectories, victim } from './golden/trajectories.js';

const unbounded: Readonly<Record<'linf' | 'l2' | 'l1' | 'l0', Budget>> = {
  linf: { norm: 'linf', epsilon: 1 },
  l2: { norm: 'l2', epsilon: 100 },
  l1: { norm: 'l1', epsilon: 1000 },
  l0: { norm: 'l0', pixels: 24 },
};

const named = trajectories.map((golden) => ({
  name: `${golden.attack} in ${golden.norm}${golden.target === null ? '' : ', targeted'} ${JSON.stringify(golden.options)}`,
  golden,
}));

describe('every point at which the victim is asked is that of PyTorch in float64', () => {
  it.each(named)('$name', async ({ golden }) => {
    const { attack, target, options } = golden;
    const plugin = smallestPerturbationAttacks.find(({ id }) => id === attack);
    if (plugin === undefined) throw new Error(`there is no attack ${attack}`);
    for (const [index, expected] of golden.clips.entries()) {
      const clip = selectClips(clips, [index]);
      const label = argmax((await victim.predict(clip)).data);
      const criterion =
        target === null ? misclassification(label) : targeted(label, (label + target) % 5);
      const recorded = recording(victim);
      const { raw } = await attackWith(
        plugin,
        { ...options, rounded: false },
        {
          victim: recorded,
          clips: clip,
          criteria: [criterion],
          budget: unbounded[golden.norm],
        },
      );
      // The base asks once before and once after the attack, and again where the rounded result fails.
      const count = expected.trace.length / 2;
      const asked = recorded.questions.slice(1, 1 + count);
      const trace = asked.flatMap((question) => fingerprint(question.clips.data, clip.data));
      expect(asked.length, `clip ${index}`).toBe(count);
      expect(recorded.questions.length - count, `clip ${index}`).toBe(2);
      expect(maxAbsError(trace, expected.trace), `clip ${index}`).toBeLessThan(tolerance);
      const size =
        options.decisionRule === 'EN'
          ? norm(raw.data, clip.data, 'l2') ** 2 + 0.02 * norm(raw.data, clip.data, 'l1')
          : norm(raw.data, clip.data, golden.norm);
      expect(Math.abs(size - expected.smallest), `smallest of clip ${index}`).toBeLessThan(
        tolerance,
      );
    }
  });
});

/** What float32 may add up to over tens of steps of sizes up to 1. */
const tolerance = 2e-5;
