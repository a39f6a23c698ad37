import { describe, expect, it } from 'vitest';
import { argmax, misclassification, selectClips, targeted } from '@msanet/core';
import { maxAbsError, recording } from '@msanet/testkit';
import { flickering, sparse } from '@msanet/baselines';
import { attackWith } from '../raw-result.js';
import { clips, fingerprint, size, trajectories, victim } from './golden/trajectories.js';

const named = trajectories.map((golden) => ({
  name: `${golden.attack}${golden.target === null ? '' : ', targeted'}, ε ${golden.epsilon} ${JSON.stringify(golden.options)}`,
  golden,
}));

describe('every point at which the victim is asked is that of PyTorch in float64', () => {
  it.each(named)('$name', async ({ golden }) => {
    const { attack, target, options, epsilon } = golden;
    for (const [index, expected] of golden.clips.entries()) {
      const clip = selectClips(clips, [index]);
      const label = argmax((await victim.predict(clip)).data);
      const criterion =
        target === null ? misclassification(label) : targeted(label, (label + target) % 5);
      const recorded = recording(victim);
      const { raw } = await attackWith(
        attack === 'sparse' ? sparse : flickering,
        { ...options, rounded: false },
        {
          victim: recorded,
          clips: clip,
          criteria: [criterion],
          budget: { norm: 'linf', epsilon },
        },
      );
      // The base asks once before and at most twice after the attack.
      const count = expected.trace.length / 2;
      const asked = recorded.questions.slice(1, 1 + count);
      const trace = asked.flatMap((question) => fingerprint(question.clips.data, clip.data));
      expect(asked.length, `clip ${index}`).toBe(count);
      expect(recorded.questions.length - count, `clip ${index}`).toBeLessThanOrEqual(3);
      expect(maxAbsError(trace, expected.trace), `clip ${index}`).toBeLessThan(tolerance);
      const delta = raw.data.map((value, at) => value - clip.data[at]);
      const kept = attack === 'sparse' ? frameNorms(delta) : flicker(delta, options);
      expect(Math.abs(kept - expected.smallest), `smallest of clip ${index}`).toBeLessThan(
        tolerance,
      );
    }
  });
});

/** What float32 may add up to over tens of steps. */
const tolerance = 2e-5;

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Σ over frames of the root mean square. */
function frameNorms(delta: Float32Array): number {
  const length = delta.length / size.frames;
  return Array.from({ length: size.frames }, (_, frame) => {
    const values = delta.subarray(frame * length, (frame + 1) * length);
    return Math.sqrt(mean(values.map((value) => value * value)));
  }).reduce((sum, norm) => sum + norm, 0);
}

/** λ · (β₁ · thickness + β₂ · both roughnesses) of the mean offsets, in units of [−1, 1]. */
function flicker(delta: Float32Array, options: Readonly<Record<string, unknown>>): number {
  const area = size.height * size.width;
  const planes = 3 * size.frames;
  const d = Array.from(
    { length: planes },
    (_, plane) => 2 * mean(delta.subarray(plane * area, (plane + 1) * area)),
  );
  const at = (plane: number): number => d[(plane + planes) % planes];
  const squares = (of: (plane: number) => number): number =>
    mean(d.map((_, plane) => of(plane) ** 2));
  const thickness = squares(at);
  const roughness =
    squares((plane) => at(plane) - at(plane - 3)) +
    squares((plane) => at(plane + 3) - 2 * at(plane) + at(plane - 3));
  return Number(options.weight) * (Number(options.thickness) * thickness + 0.5 * roughness);
}
