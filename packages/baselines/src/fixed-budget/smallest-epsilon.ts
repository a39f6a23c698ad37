import {
  clipAt,
  copyClips,
  defineAttack,
  isZeroBudget,
  type AttackContext,
  type AttackRequirements,
  type Budget,
  type ClipBatch,
} from '@msanet/core';
import { z } from 'zod';
import { gradientAscent } from '../gradient-ascent.js';
import { gradientSlope } from '../slope.js';
import { lossOption } from '../loss-option.js';
import { pathInRadii } from './iterative-options.js';
import { contextOf, withinBudget } from './partial-context.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2', 'l1'],
  criteria: ['misclassification', 'targeted'],
};

/** How the smallest ε is looked for. */
interface SearchOptions {
  readonly loss: 'cross-entropy' | 'margin' | 'dlr';
  readonly steps: number;
  readonly randomStart: boolean;
  readonly bisections: number;
}

/**
 * PGD at the smallest ε at which it succeeds: what the attacks with a fixed budget are taken at when their perturbations are
 * compared with those of attacks that look for the smallest one.
 *
 * The first attempt has the whole budget. After that ε is bisected clip by clip between the largest that failed and the
 * smallest that succeeded: over whole 8-bit levels in `linf`, and by ratio in `l2` and `l1`, where one level of one value is
 * the smallest norm there is. An attempt succeeds if its result is adversarial when rounded to 8 bits inside its own ε. Whether
 * PGD succeeds need not be monotone in ε, so a smaller one may exist.
 *
 * White box. An attempt costs what \`pgd\` costs with \`earlyStop\`, and one forward query.
 *
 * As the search over ε of foolbox (J. Rauber et al., JOSS 2020), whose attacks with a fixed budget take one for all clips.
 */
export const smallestEpsilon = defineAttack({
  id: 'smallest-epsilon',
  summary: 'PGD at the smallest epsilon at which it succeeds, by bisection.',
  source:
    'A. Madry et al., Towards Deep Learning Models Resistant to Adversarial Attacks, ICLR 2018; J. Rauber et al., Foolbox Native, JOSS 2020 (search over epsilon)',
  requires,
  options: z.strictObject({
    loss: lossOption,
    steps: z.int().min(1).default(10).describe('Gradient steps of an attempt.'),
    randomStart: z
      .boolean()
      .default(true)
      .describe('Whether attempts start at a random point of the ball instead of the clean clip.'),
    bisections: z.int().min(0).default(8).describe('Most attempts after the first.'),
  }),
  create: (_, options) => ({
    id: 'smallest-epsilon',
    requires,
    async perturb(context) {
      const result = copyClips(context.clips);
      if (isZeroBudget(context.budget)) return result;
      for (let clip = 0; clip < context.criteria.length; clip++) {
        const own = contextOf(context, [clip], 'smallest-epsilon');
        clipAt(result, clip).set((await searchClip(own, options)).data);
      }
      return result;
    },
  }),
});

/** One 8-bit level of one value: no perturbation that survives rounding is smaller, in any norm. */
const level = 1 / 255;

async function searchClip(context: AttackContext, options: SearchOptions): Promise<ClipBatch> {
  const { budget } = context;
  if (!('epsilon' in budget)) return context.clips;
  const whole = budget.norm === 'linf';
  // In linf an ε between two levels allows no more than the lower one.
  let high = whole ? Math.floor(budget.epsilon / level + levelTolerance) : budget.epsilon;
  let low = whole ? 0 : Math.min(level, high);
  if (high === 0) return context.clips;
  const attempt = (epsilon: number): Promise<Attempt> =>
    attemptAt(context, { ...budget, epsilon: whole ? epsilon * level : epsilon }, options);
  let { clips: best, success } = await attempt(high);
  for (let round = 0; success && round < options.bisections; round++) {
    const middle = whole ? Math.floor((low + high) / 2) : Math.sqrt(low * high);
    if (middle <= low || middle >= high) break;
    const found = await attempt(middle);
    if (found.success) [best, high] = [found.clips, middle];
    else low = middle;
    success = context.victim.queriesLeft(0) > 0;
  }
  return best;
}

/** Absorbs the float rounding of an ε such as 8/255, in levels. */
const levelTolerance = 1e-4;

interface Attempt {
  readonly clips: ClipBatch;
  readonly success: boolean;
}

async function attemptAt(
  context: AttackContext,
  budget: Extract<Budget, { readonly epsilon: number }>,
  { loss, steps, randomStart }: SearchOptions,
): Promise<Attempt> {
  const inside = withinBudget(context, budget);
  const clips = await gradientAscent(inside, gradientSlope(inside, { kind: loss }), {
    steps,
    randomStart,
    restarts: 1,
    earlyStop: true,
    stepSize: (pathInRadii * budget.epsilon) / steps,
  });
  inside.round(clips, [0]);
  if (context.victim.queriesLeft(0) < 1) return { clips, success: false };
  const { adversarial } = await context.victim.predict(clips, [0]);
  return { clips, success: adversarial[0] };
}
