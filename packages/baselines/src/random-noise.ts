import { clipAt, copyClips, defineAttack, isZeroBudget, selectClips } from '@msanet/core';
import { z } from 'zod';
import { randomStart } from './ascent-step.js';

const requires = {
  inputGradient: false,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
} as const;

const options = z.strictObject({
  samples: z.int().min(1).default(10).describe('noise samples per clip; each costs one query'),
});

/**
 * Random noise: uniform samples of the ball, rounded to 8 bits, until one is adversarial.
 *
 * The baseline below all others: what it breaks was not robust to noise. Black box; one query per sample.
 */
export const randomNoiseAttack = defineAttack<z.infer<typeof options>>({
  id: 'random-noise',
  summary: 'uniform noise in the ball: what it breaks needs no attack',
  requires,
  options,
  create: (_, { samples }) => ({
    id: 'random-noise',
    requires,
    async perturb(context) {
      const { budget, clips } = context;
      const result = copyClips(clips);
      if (isZeroBudget(budget) || (budget.norm !== 'linf' && budget.norm !== 'l2')) return result;
      let of = Array.from({ length: clips.shape[0] }, (_unused, clip) => clip);
      for (let sample = 1; sample <= samples && of.length > 0; sample++) {
        const rows = selectClips(clips, of);
        of.forEach((clip, row) => {
          const random = context.random(clip).fork(`sample ${sample}`);
          randomStart(clipAt(rows, row), budget.norm as 'linf' | 'l2', budget.epsilon, random);
        });
        context.round(rows, of);
        const { adversarial } = await context.victim.predict(rows, of);
        of.forEach((clip, row) => clipAt(result, clip).set(clipAt(rows, row)));
        context.report({ step: sample, steps: samples, of });
        of = of.filter((_unused, row) => !adversarial[row]);
      }
      return result;
    },
  }),
});
