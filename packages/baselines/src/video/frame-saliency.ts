import {
  clipSize,
  defineAttack,
  type AttackRequirements,
  type ClipSize,
  type LossForm,
} from '@msanet/core';
import { z } from 'zod';
import { pathInRadii, radiusOf } from '../fixed-budget/iterative-options.js';
import { lossOption } from '../loss-option.js';
import { perturbationSize } from '../smallest-perturbation/perturbation-size.js';
import { searchEach } from '../smallest-perturbation/search-each.js';
import {
  gradientAt,
  judgementAt,
  type Search,
  type SearchSubject,
} from '../smallest-perturbation/search.js';
import { bySaliency, frameLimit } from './frame-choice.js';
import { FrameValues } from './frame-values.js';
import { stepOnFrames } from './step-on-frames.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'frames'],
  criteria: ['misclassification', 'targeted'],
};

/** How the frame-saliency attack proceeds. */
interface SaliencyOptions {
  readonly loss: LossForm['kind'];
  readonly refresh: boolean;
  readonly steps: number;
  /** Length of a step. */
  readonly stepSize: number;
  /** Most frames that may change. */
  readonly limit: number;
}

/**
 * The frame-saliency attack: frames are perturbed in the order of the mean magnitude of the loss gradient in them, as few as
 * it takes (Inkawhich et al., 2018, section 3.2).
 *
 * White box. Norms `linf` and `frames`; untargeted and targeted. Without `refresh`, all frames that the budget lets change
 * are perturbed together by sign steps, and their perturbations are then put in one frame at a time: `steps` gradient
 * queries, and one forward query per frame. With `refresh`, one frame after the other is perturbed by steps of its own, and
 * the order of the rest is found anew: `steps` gradient queries per frame. What is returned is the adversarial version with
 * the fewest changed frames.
 *
 * The two modes are those of the Adversarial Robustness Toolbox, which takes the steps of any attack; here they are those of
 * `bim`, and the gradient of the first step serves as saliency.
 */
export const frameSaliency = defineAttack({
  id: 'frame-saliency',
  summary: 'Perturbs frames in the order of their gradients, as few as it takes.',
  source:
    'N. Inkawhich et al., Adversarial Attacks for Optical Flow-Based Action Recognition Classifiers, 2018',
  requires,
  options: z.strictObject({
    loss: lossOption,
    refresh: z
      .boolean()
      .default(false)
      .describe('Whether each frame is perturbed and ranked anew when the ones before it are.'),
    steps: z.int().min(1).default(10).describe('Gradient steps; with refresh, per frame.'),
    stepSize: z
      .number()
      .positive()
      .optional()
      .describe('Length of a step on values in [0, 1]; 2.5 · epsilon / steps where not given.'),
  }),
  create: (_, { stepSize, ...options }) => ({
    id: 'frame-saliency',
    requires,
    perturb: (context) => {
      const size = clipSize(context.clips);
      const { steps, refresh } = options;
      const limit = frameLimit(context.budget, size);
      const plan = {
        questions: refresh ? limit * steps + 1 : steps + limit,
        rounded: true,
        measure: (clip: Float32Array, clean: Float32Array) =>
          perturbationSize(clip, clean, 'frames', size, true),
      };
      const search = refresh ? frameByFrame : allThenOneByOne;
      const length = stepSize ?? (pathInRadii * radiusOf(context)) / steps;
      return searchEach(context, plan, (subject) =>
        search(subject, { ...options, stepSize: length, limit }),
      );
    },
  }),
});

/** Perturbs all frames together, then asks with the most salient one, the two most salient ones, and so on. */
function* allThenOneByOne(subject: SearchSubject, options: SaliencyOptions): Search {
  const { clean, size } = subject;
  const { loss: kind, steps, stepSize, limit } = options;
  const full = clean.slice();
  let order: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { gradient } = yield* gradientAt(full, { kind });
    if (step === 1) order = bySaliency(gradient, size).slice(0, limit);
    stepOnFrames(full, subject, gradient, order, stepSize);
  }
  const point = clean.slice();
  for (const frame of order) {
    copyFrame(full, point, frame, size);
    const { adversarial } = yield* judgementAt(point);
    if (adversarial) return;
  }
}

/** Perturbs the most salient frame, then the most salient of the rest, and so on. */
function* frameByFrame(subject: SearchSubject, options: SaliencyOptions): Search {
  const { clean, size } = subject;
  const { loss: kind, steps, stepSize, limit } = options;
  const point = clean.slice();
  const touched = new Set<number>();
  while (touched.size < limit) {
    let frame = -1;
    for (let step = 1; step <= steps; step++) {
      const { adversarial, gradient } = yield* gradientAt(point, { kind });
      if (adversarial) return;
      if (step === 1) frame = bySaliency(gradient, size).find((each) => !touched.has(each)) ?? 0;
      stepOnFrames(point, subject, gradient, [frame], stepSize);
    }
    touched.add(frame);
  }
  yield* judgementAt(point);
}

function copyFrame(from: Float32Array, to: Float32Array, frame: number, size: ClipSize): void {
  const values = new FrameValues([frame], size);
  values.scatter(values.gather(from), to);
}
