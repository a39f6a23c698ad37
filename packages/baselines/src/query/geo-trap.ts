import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { drawWarp, warpImage, type WarpKind } from './affine-warp.js';
import { banditAscent } from './bandit-ascent.js';
import { banditOptions } from './bandit-options.js';
import { queryEach } from './query-each.js';
import type { QuerySubject } from './query-search.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * GEO-TRAP: a bandit's gradient prior that explores one noise frame under a random geometric warp per frame, so that a few
 * numbers give noise that moves (Li et al., Adversarial Attacks on Black Box Video Classifiers: Leveraging the Power of
 * Geometric Transformations, NeurIPS 2021).
 *
 * Black box: sees logits. Norm `linf`; untargeted and targeted. A step costs two forward queries in float, and one for its
 * 8-bit result.
 *
 * Constants and losses are the authors' code's: exploration, finite difference and learning rate 0.1, steps of 0.025, warps
 * with standard normal entries, the flickering loss, and for targets cross-entropy. There a clip may take 60,000 queries, or
 * 200,000 for targets.
 */
export const geoTrap = defineAttack({
  id: 'geo-trap',
  summary: 'Bandit ascent with noise under random geometric warps (GEO-TRAP).',
  source:
    'S. Li et al., Adversarial Attacks on Black Box Video Classifiers: Leveraging the Power of Geometric Transformations, NeurIPS 2021',
  requires,
  options: z.strictObject({
    ...banditOptions,
    warp: z
      .enum(['affine', 'translation-dilation'])
      .default('affine')
      .describe('What the warp of a frame may be.'),
    loss: z
      .enum(['flickering', 'margin', 'cross-entropy'])
      .optional()
      .describe(
        'What is ascended: the flickering loss of the probabilities, margin of the logits, or cross-entropy; flickering, and for targets cross-entropy, where not given.',
      ),
  }),
  create: (_, { maxQueries, warp, loss, ...options }) => ({
    id: 'geo-trap',
    requires,
    perturb: (context) =>
      queryEach(context, { maxQueries }, (subject) => {
        const natural = subject.criterion.kind === 'targeted' ? 'cross-entropy' : 'flickering';
        return banditAscent(
          subject,
          { ...options, loss: loss ?? natural },
          warpNoise(subject, warp),
        );
      }),
  }),
});

/** Noise that is one frame of normal numbers, warped anew for each frame. */
function warpNoise({ random, size }: QuerySubject, kind: WarpKind): (noise: Float32Array) => void {
  const { height, width } = size;
  const source = new Float32Array(3 * height * width);
  return (noise) => {
    random.fillNormal(source);
    for (let first = 0; first < noise.length; first += source.length) {
      const frame = noise.subarray(first, first + source.length);
      warpImage(source, frame, drawWarp(random, kind), height, width);
    }
  };
}
