import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { directionFor, readDirection, type Direction } from './direction-file.js';
import { estimateOptions } from './estimate-options.js';
import { estimatedAscent } from './estimated-ascent.js';
import { scalePatches } from './patches.js';
import { queryEach } from './query-each.js';
import { maxQueriesOption } from './query-options.js';
import type { QuerySubject } from './query-search.js';
import { fillSigns } from './random-signs.js';
import { scoreOption } from './score.js';

const requires: AttackRequirements = {
  inputGradient: false,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/** The step size may be halved until it is this share of the first: 0.001 of 0.01, in the authors' code. */
const leastShare = 1 / 10;

/**
 * V-BAD: a tentative direction of signs, whose patches evolution strategies turn to the right side, one number per patch
 * instead of one per value (Jiang et al., Black-box Adversarial Attacks on Video Recognition Models, ACM MM 2019).
 *
 * Black box: sees logits. Norms `linf` and `l2`; untargeted and targeted. A step costs `samples` forward queries in float,
 * and one for its 8-bit result.
 *
 * In the paper the direction comes anew at every step from an ImageNet model. No such model ships here, so the direction is
 * of random signs, anew at every step: what the paper ablates, and a lower bound on V-BAD. With `directionFile` it is the
 * signs of a file, such as the gradient of another victim at the same clip (`msanet gradient`); the file serves every clip of
 * the run, so attack one clip per run then.
 *
 * 48 samples, 8 × 8 patches per frame, a random start, ε / 5 (0.01 at the paper's ε of 0.05), annealed by halves to a tenth,
 * are the authors' code's, and so is σ = 0.001 for untargeted attacks; for targets it takes 1e-6, which float32 logits do
 * not resolve. Not carried over: rank transform, and for targets the start at a clip of the target class with a ball that
 * shrinks, which needs such a clip.
 */
export const vbad = defineAttack({
  id: 'vbad',
  summary: 'Tentative directions whose patches are turned by estimated signs (V-BAD).',
  source: 'L. Jiang et al., Black-box Adversarial Attacks on Video Recognition Models, ACM MM 2019',
  requires,
  options: z.strictObject({
    maxQueries: maxQueriesOption,
    ...estimateOptions(48, 0.001),
    splits: z.int().min(1).default(8).describe('Patches along either side of a frame.'),
    stepSize: z
      .number()
      .positive()
      .default(0.2)
      .describe('Length of a step as a share of epsilon.'),
    directionFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A .npy file of shape (frames, 3, height, width), whose signs are the tentative direction; random signs where not given.',
      ),
    loss: scoreOption.default('cross-entropy'),
  }),
  create: async (_, { maxQueries, splits, directionFile, ...options }) => {
    const direction = directionFile === undefined ? undefined : await readDirection(directionFile);
    return {
      id: 'vbad',
      requires,
      perturb: (context) =>
        queryEach(context, { maxQueries }, (subject) =>
          estimatedAscent(
            subject,
            {
              ...options,
              leastStepSize: options.stepSize * leastShare,
              patience: 20,
              momentum: 0,
              randomStart: true,
            },
            turnPatches(subject, splits, direction),
          ),
        ),
    };
  },
});

/** Directions that are a tentative one with a normally distributed weight for each patch. */
function turnPatches(
  { random, size }: QuerySubject,
  splits: number,
  given: Direction | undefined,
): () => (noise: Float32Array) => void {
  const own = given === undefined ? undefined : directionFor(given, size);
  const tentative = new Float32Array(size.frames * 3 * size.height * size.width);
  const weights = new Float64Array(size.frames * splits * splits);
  return () => {
    if (own === undefined) fillSigns(tentative, random);
    else for (let index = 0; index < own.length; index++) tentative[index] = Math.sign(own[index]);
    return (noise) => {
      noise.set(tentative);
      scalePatches(noise, random.fillNormal(weights), splits, size);
    };
  };
}
