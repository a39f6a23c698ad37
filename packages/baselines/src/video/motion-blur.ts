import { clipSize, defineAttack, type AttackRequirements, type LossForm } from '@msanet/core';
import { z } from 'zod';
import { lossOption } from '../loss-option.js';
import { searchEach } from '../smallest-perturbation/search-each.js';
import {
  gradientAt,
  type GradientAnswer,
  type Search,
  type SearchPart,
  type SearchSubject,
} from '../smallest-perturbation/search.js';
import { BlurDirection } from './blur-direction.js';
import { earlyStopOption } from './video-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf'],
  criteria: ['misclassification', 'targeted'],
};

/** How motion blur proceeds. */
interface MotionBlurOptions {
  readonly loss: LossForm['kind'];
  readonly reach: number;
  readonly strength: number;
  readonly start: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly frameSteps: number;
  readonly frameStepSize: number;
}

/**
 * Motion blur by alternate steps on frame weights and pixels (WuGuommming/MBAttack, types 3 and 4 together).
 *
 * Each frame is blurred with earlier ones, x_b = (1 − w) · x_t + w · Σ_k a_k · x_{t−k}, Σ a = 1, k = 1 … L; d = x_b − x is the
 * direction. In a round, pixels start from x + s · d, and `steps` times those with sign(∇L) · d > 0 go on by α · d. Then the
 * weights of the frames take a step along the mean sign of their gradients during these steps, a ← max(0, a + ρ · sign ∇_a L).
 * The iterate of the largest loss is kept.
 *
 * White box, without a bound in its source; norm `linf` here, by clamping d to ±ε. Untargeted and targeted. A round costs
 * `steps` + 1 gradient queries.
 *
 * A clip holds the frames that its victim samples, so these are the earlier frames, not those between them, and the first
 * frame stands for all before it: it stays as it is. L = 10, w = 0.5, five pixel steps, ten rounds and ρ = 0.2 are the
 * source's. Of its starts 0.8, 0.6 and 0.3 with steps of 0.08, 0.16 and 0.28 the last is the default, because it leaves
 * least of the blur where that works against the attack.
 */
export const motionBlur = defineAttack({
  id: 'motion-blur',
  summary: 'Blur with earlier frames, its frame weights and its pixels learnt in turn.',
  source: 'https://github.com/WuGuommming/MBAttack',
  requires,
  options: z.strictObject({
    loss: lossOption,
    reach: z.int().min(1).default(10).describe('Earlier frames that a frame is blurred with.'),
    strength: z
      .number()
      .positive()
      .max(1)
      .default(0.5)
      .describe('Share of the earlier frames in a blurred frame.'),
    start: z
      .number()
      .min(0)
      .max(1)
      .default(0.3)
      .describe('Share of the direction that pixels start with.'),
    stepSize: z
      .number()
      .positive()
      .default(0.28)
      .describe('Share of the direction that a pixel step adds.'),
    steps: z.int().min(1).default(5).describe('Pixel steps per round.'),
    frameSteps: z.int().min(1).default(10).describe('Rounds, with a step on frame weights each.'),
    frameStepSize: z.number().positive().default(0.2).describe('Length of a step on weights.'),
    earlyStop: earlyStopOption.default(true),
  }),
  create: (_, { earlyStop, ...options }) => ({
    id: 'motion-blur',
    requires,
    perturb: (context) => {
      const plan = {
        questions: options.frameSteps * (options.steps + 1),
        rounded: true,
        stopAtFirst: earlyStop,
      };
      const blurs = clipSize(context.clips).frames > 1;
      return searchEach(context, plan, (subject) => blur(subject, options, blurs));
    },
  }),
});

function* blur(subject: SearchSubject, options: MotionBlurOptions, blurs: boolean): Search {
  // A single frame has none before it.
  if (!blurs) return;
  const { clean, bound, size } = subject;
  const { loss: kind, reach, strength, frameSteps, frameStepSize } = options;
  const direction = new BlurDirection(clean, size, Math.min(reach, size.frames - 1), strength);
  const weights = new Float64Array(direction.reach).fill(1);
  for (let round = 0; round < frameSteps; round++) {
    const towards = direction.at(weights);
    for (let index = 0; index < towards.length; index++) {
      towards[index] = Math.min(bound, Math.max(-bound, towards[index]));
    }
    const signs = new Float64Array(weights.length);
    yield* pixelSteps(subject, options, towards, function* (point, shares) {
      const answer = yield* gradientAt(point, { kind });
      const slope = direction.pullBack(answer.gradient, shares, weights);
      slope.forEach((value, index) => (signs[index] += Math.sign(value)));
      return answer;
    });
    weights.forEach((weight, index) => {
      const moved = weight + (frameStepSize * signs[index]) / (options.steps + 1);
      weights[index] = Math.max(0, moved);
    });
    if (weights.every((weight) => weight === 0)) weights.fill(1);
  }
}

/** Goes from x + s · d a few steps along d, wherever that raises the loss. */
function* pixelSteps(
  { clean }: SearchSubject,
  { start, stepSize, steps }: MotionBlurOptions,
  towards: Float32Array,
  ask: (point: Float32Array, shares: Float32Array) => SearchPart<GradientAnswer>,
): SearchPart<void> {
  const shares = new Float32Array(clean.length).fill(start);
  const point = new Float32Array(clean.length);
  for (let step = 0; step <= steps; step++) {
    for (let index = 0; index < point.length; index++) {
      const value = clean[index] + shares[index] * towards[index];
      point[index] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
    const { gradient } = yield* ask(point, shares);
    for (let index = 0; index < shares.length; index++) {
      if (gradient[index] * towards[index] > 0) shares[index] += stepSize;
    }
  }
}
