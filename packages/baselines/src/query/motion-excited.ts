import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { banditAscent } from './bandit-ascent.js';
import { banditOptions } from './bandit-options.js';
import { originsInFirstFrame } from './block-motion.js';
import { queryEach } from './query-each.js';
import type { QuerySubject } from './query-search.js';
import { scoreOption } from './score.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Motion-excited sampler: a bandit's gradient prior that explores one noise frame moved along with what moves in the clip
 * (Zhang et al., Motion-Excited Sampler: Video Adversarial Attack with Sparked Prior, ECCV 2020).
 *
 * Black box: sees logits. Norm `linf`; untargeted and targeted. A step costs two forward queries in float, and one for its
 * 8-bit result.
 *
 * The paper takes motion vectors from the codec. Clips here are frames, so blocks are matched between them, once per clip;
 * each pixel has the noise of the pixel of the first frame that it comes from. Constants are the authors' code's:
 * exploration, finite difference and learning rate 0.1, steps of 0.025, the margin.
 */
export const motionExcited = defineAttack({
  id: 'motion-excited',
  summary: 'Bandit ascent with noise that moves with the clip (motion-excited sampler).',
  source:
    'H. Zhang et al., Motion-Excited Sampler: Video Adversarial Attack with Sparked Prior, ECCV 2020',
  requires,
  options: z.strictObject({ ...banditOptions, loss: scoreOption.default('margin') }),
  create: (_, { maxQueries, ...options }) => ({
    id: 'motion-excited',
    requires,
    perturb: (context) =>
      queryEach(context, { maxQueries }, (subject) =>
        banditAscent(subject, options, moveNoise(subject)),
      ),
  }),
});

/** Noise that is one frame of normal numbers, moved along with the clip. */
function moveNoise({ clean, random, size }: QuerySubject): (noise: Float32Array) => void {
  const area = size.height * size.width;
  const origins = originsInFirstFrame(clean, size);
  const source = new Float32Array(3 * area);
  return (noise) => {
    random.fillNormal(source);
    for (let plane = 0; plane < noise.length / area; plane++) {
      const frame = Math.floor(plane / 3) * area;
      const channel = (plane % 3) * area;
      for (let pixel = 0; pixel < area; pixel++) {
        noise[plane * area + pixel] = source[channel + origins[frame + pixel]];
      }
    }
  };
}
