import { describe, expect, it } from 'vitest';
import { clipBatch, misclassification, targeted, type ClipBatch } from '@msanet/core';
import { maxAbsError, smoothVictim } from '@msanet/testkit';
import { fgsm, pgd } from '@msanet/baselines';
import { golden, type Trajectory } from './golden/trajectories.js';
import { attackWith } from './raw-result.js';

const { size, weights } = golden;
const victim = smoothVictim({ classes: 5, size, weights });

function clipsOf({ clips, labels }: Trajectory): ClipBatch {
  const data = Float32Array.from(golden[clips], (level) => level / 255);
  return clipBatch(data, [labels.length, size.frames, 3, size.height, size.width]);
}

function requestOf(trajectory: Trajectory) {
  const { norm, epsilon, labels, targets } = trajectory;
  return {
    victim,
    clips: clipsOf(trajectory),
    criteria: labels.map((label, clip) =>
      targets === null ? misclassification(label) : targeted(label, targets[clip]),
    ),
    budget: { norm, epsilon },
  };
}

const named = golden.cases.map((trajectory): [string, Trajectory] => [
  `${trajectory.norm}, ${trajectory.steps} steps, ${trajectory.loss}${trajectory.targets ? ', targeted' : ''}`,
  trajectory,
]);

describe('PGD follows PyTorch in float64', () => {
  it.each(named)('%s', async (_, trajectory) => {
    const { loss, steps, stepSize, losses, last } = trajectory;
    const options = { loss, steps, stepSize, randomStart: false, earlyStop: false };
    const seen: number[][] = [];
    const { raw } = await attackWith(pgd, options, {
      ...requestOf(trajectory),
      onStep: (event) => seen.push(Array.from(event.loss ?? [])),
    });
    expect(seen.length).toBe(steps);
    seen.forEach((values, step) => {
      expect(maxAbsError(values, losses[step]), `loss at step ${step + 1}`).toBeLessThan(1e-5);
    });
    expect(maxAbsError(raw.data, last)).toBeLessThan(1e-6);
  });
});

describe('FGSM is one step of PyTorch’s', () => {
  it.each(named.filter(([, { steps }]) => steps === 1))('%s', async (_, trajectory) => {
    const { raw } = await attackWith(fgsm, { loss: trajectory.loss }, requestOf(trajectory));
    expect(maxAbsError(raw.data, trajectory.last)).toBeLessThan(1e-6);
  });
});
