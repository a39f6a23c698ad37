import { clipSize, defineAttack, type AttackRequirements, type LossForm } from '@msanet/core';
import { z } from 'zod';
import { pathInRadii, radiusOf } from '../fixed-budget/iterative-options.js';
import { lossOption } from '../loss-option.js';
import { searchEach } from '../smallest-perturbation/search-each.js';
import {
  gradientAt,
  judgementAt,
  type Search,
  type SearchSubject,
} from '../smallest-perturbation/search.js';
import { bySaliency, checkFrame } from './frame-choice.js';
import { stepOnFrames } from './step-on-frames.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'frames'],
  criteria: ['misclassification', 'targeted'],
};

/** How the one-frame attack proceeds. */
interface OneFrameOptions {
  readonly loss: LossForm['kind'];
  readonly choice: 'gradient' | 'sweep' | 'fixed';
  readonly index: number;
  readonly steps: number;
}

/**
 * The one-frame attack: iterative sign steps on a single frame, every other frame stays as it is (Hwang et al., ICCV 2021).
 *
 * White box. Norms `linf` and `frames`; untargeted and targeted. The frame is the one with the largest mean gradient, or a
 * fixed one, or with `sweep` every frame in turn, the most salient first, until one succeeds. A step costs one gradient
 * query at the 8-bit version of the iterate, and the first step of all frames of a sweep one together; the last point of a
 * frame costs one forward query.
 *
 * Of the paper only the idea and its findings are public, so steps and step size are those of `bim`.
 */
export const oneFrame = defineAttack({
  id: 'one-frame',
  summary: 'Sign steps on a single frame, chosen by gradient or by trying all.',
  source:
    'J. Hwang et al., Just One Moment: Structural Vulnerability of Deep Action Recognition against One Frame Attack, ICCV 2021',
  requires,
  options: z.strictObject({
    loss: lossOption,
    choice: z
      .enum(['gradient', 'sweep', 'fixed'])
      .default('gradient')
      .describe('Which frame: of the largest gradient, each in turn, or a fixed one.'),
    index: z.int().min(0).default(0).describe('The frame, from 0, where it is fixed.'),
    steps: z.int().min(1).default(10).describe('Gradient steps per frame.'),
    stepSize: z
      .number()
      .positive()
      .optional()
      .describe('Length of a step on values in [0, 1]; 2.5 · epsilon / steps where not given.'),
  }),
  create: (_, { stepSize, ...options }) => ({
    id: 'one-frame',
    requires,
    perturb: async (context) => {
      const size = clipSize(context.clips);
      const { choice, steps } = options;
      if (choice === 'fixed') checkFrame(options.index, size, 'one-frame');
      const length = stepSize ?? (pathInRadii * radiusOf(context)) / steps;
      const questions = (choice === 'sweep' ? size.frames : 1) * steps + 1;
      return searchEach(context, { questions, rounded: true, stopAtFirst: true }, (subject) =>
        attackFrames(subject, options, length),
      );
    },
  }),
});

function* attackFrames(
  subject: SearchSubject,
  { loss: kind, choice, index, steps }: OneFrameOptions,
  length: number,
): Search {
  const { clean, size } = subject;
  const first = (yield* gradientAt(clean, { kind })).gradient.slice();
  const salient = bySaliency(first, size);
  const frames = choice === 'sweep' ? salient : choice === 'fixed' ? [index] : salient.slice(0, 1);
  for (const frame of frames) {
    const point = clean.slice();
    stepOnFrames(point, subject, first, [frame], length);
    for (let step = 2; step <= steps; step++) {
      const { gradient } = yield* gradientAt(point, { kind });
      stepOnFrames(point, subject, gradient, [frame], length);
    }
    yield* judgementAt(point);
  }
}
