import { clipSize, defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { Adam } from '../smallest-perturbation/adam.js';
import { searchEach } from '../smallest-perturbation/search-each.js';
import { judgementAt, type Search, type SearchSubject } from '../smallest-perturbation/search.js';
import {
  addFlicker,
  flickerRegularizer,
  flickerShape,
  pullBackFlicker,
  type FlickerWeights,
} from './flicker.js';
import { askFlickeringLoss, flickeringQueries, type FlickeringLoss } from './flickering-loss.js';
import { earlyStopOption, roundedOption } from './video-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/** How flickering proceeds. */
interface FlickeringOptions extends FlickerWeights {
  readonly loss: FlickeringLoss;
  readonly margin: number;
  readonly steps: number;
  readonly stepSize: number;
}

/** The options of both flickering attacks that say what flicker costs. */
export const flickerOptions = {
  thickness: z.number().nonnegative().default(0.5).describe('Weight of the size of the offsets.'),
  roughness: z
    .number()
    .nonnegative()
    .default(0.5)
    .describe('Weight of their first and second differences in time.'),
  stepSize: z
    .number()
    .positive()
    .default(0.0005)
    .describe('Step size of Adam, on values in [0, 1].'),
};

/**
 * Flickering: one RGB offset per frame, the same for every pixel, learnt with Adam on a margin loss and on what makes
 * flicker visible, its thickness and its cyclic first and second differences (Pony et al., CVPR 2021, section 3).
 *
 * White box. Norm `linf`; untargeted and targeted. A step costs two gradient queries with the loss `margin` of
 * probabilities, which takes the gradients of two losses, and one with the others; the last point costs one forward query.
 * What is returned is the adversarial version with the smallest regulariser that was met, or with `earlyStop` the first.
 *
 * λ = 1, β₁ = β₂ = 0.5 and m = 0.05 are the authors', their step size 0.001 on [−1, 1] is 0.0005 on [0, 1], and ε stands for
 * their clipping at 0.4 of [−1, 1]. They take 2,500 steps; 100 here, which reach any ε up to 12/255. Clamping to [0, 1] comes
 * last and is in the gradient: pixels that it stops do not count.
 */
export const flickering = defineAttack({
  id: 'flickering',
  summary: 'One colour offset per frame, smooth over time.',
  source:
    'R. Pony, I. Naeh, S. Mannor, Over-the-Air Adversarial Flickering Attacks against Video Recognition Networks, CVPR 2021',
  requires,
  options: z.strictObject({
    loss: z
      .enum(['margin', 'logit-margin', 'cross-entropy'])
      .default('margin')
      .describe('What is descended: a margin of probabilities or logits, or log(1 − p).'),
    margin: z.number().positive().lt(1).default(0.05).describe('Margin m, as a probability.'),
    weight: z
      .number()
      .nonnegative()
      .default(1)
      .describe('Weight of the regulariser against the loss.'),
    ...flickerOptions,
    steps: z.int().min(1).default(100).describe('Steps of Adam.'),
    earlyStop: earlyStopOption.default(false),
    rounded: roundedOption,
  }),
  create: (_, { rounded, earlyStop, ...options }) => ({
    id: 'flickering',
    requires,
    perturb: (context) => {
      const { clips } = context;
      const shape = flickerShape(clipSize(clips));
      const plan = {
        questions: options.steps * flickeringQueries[options.loss] + 1,
        rounded,
        stopAtFirst: earlyStop,
        measure: (clip: Float32Array, clean: Float32Array) =>
          flickerRegularizer(meanOffsets(clip, clean, shape.area), options),
      };
      return searchEach(context, plan, (subject) => flicker(subject, options));
    },
  }),
});

function* flicker(subject: SearchSubject, options: FlickeringOptions): Search {
  const { clean, bound, criterion, size } = subject;
  const { loss, margin, steps, stepSize } = options;
  const shape = flickerShape(size);
  const offsets = new Float32Array(3 * shape.frames);
  const gradient = new Float32Array(offsets.length);
  const point = clean.slice();
  const adam = new Adam(offsets.length, stepSize);
  for (let step = 0; step < steps; step++) {
    gradient.fill(0);
    yield* askFlickeringLoss(point, criterion, loss, margin, (onClip, scale) =>
      pullBackFlicker(onClip, clean, offsets, shape, scale, gradient),
    );
    flickerRegularizer(offsets, options, gradient);
    adam.descend(offsets, gradient);
    for (let index = 0; index < offsets.length; index++) {
      offsets[index] = Math.min(bound, Math.max(-bound, offsets[index]));
    }
    addFlicker(point, clean, offsets, shape);
  }
  yield* judgementAt(point);
}

/** The mean change of each plane of a clip, shape (frames, 3). */
function meanOffsets(clip: Float32Array, clean: Float32Array, area: number): Float32Array {
  return Float32Array.from({ length: clip.length / area }, (_, plane) => {
    let sum = 0;
    for (let index = plane * area; index < (plane + 1) * area; index++) {
      sum += clip[index] - clean[index];
    }
    return sum / area;
  });
}
