import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import {
  Plateau,
  constantOptions,
  searchConstant,
  type ConstantOptions,
} from './constant-search.js';
import { roundedOption } from './rounded-option.js';
import { searchEach } from './search-each.js';
import { gradientAt, judgementAt, type SearchPart, type SearchSubject } from './search.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['l1'],
  criteria: ['misclassification', 'targeted'],
};

/** How EAD proceeds. */
interface EadOptions extends ConstantOptions {
  readonly confidence: number;
  readonly stepSize: number;
  readonly regularization: number;
}

/**
 * Elastic-net attack: FISTA minimises c · max(κ − m(p), 0) + ‖p − x‖₂² + β · ‖p − x‖₁ over [0, 1], and a binary search finds c
 * (Chen et al., AAAI 2018, algorithm 1); m is the margin, above 0 when adversarial, and κ the confidence.
 *
 * A step from the slack point y: p ← S_β(y − α · ∇(c · loss + ‖y − x‖₂²)), y ← p + k / (k + 3) · (p − previous p), where the
 * shrinkage S_β resets changes up to β and takes β off all others, and α falls with the square root of the steps left.
 *
 * Of the adversarial clips the one of the smallest ‖δ‖₁ is kept by the decision rule `L1`, that of the smallest
 * ‖δ‖₂² + β · ‖δ‖₁ by `EN`; the paper reports both, and `L1` is the default because the budget is in `l1`.
 *
 * White box, budgets in `l1`, untargeted and targeted. A step costs one gradient query at y and one forward query at p.
 * β = 0.01, step size 0.01, nine searches from c = 0.001 are the defaults of the authors' code and of foolbox; of its 10,000
 * steps per search 100 are left, as for `cw`.
 */
export const ead = defineAttack({
  id: 'ead',
  summary: 'Elastic-net attack: FISTA on weighted margin, squared size and absolute size.',
  source:
    'P. Chen et al., EAD: Elastic-Net Attacks to Deep Neural Networks via Adversarial Examples, AAAI 2018',
  requires,
  options: z.strictObject({
    ...constantOptions,
    stepSize: z.number().positive().default(0.01).describe('First length of a gradient step.'),
    regularization: z
      .number()
      .nonnegative()
      .default(0.01)
      .describe('β, the weight of the absolute size: changes up to β are reset at every step.'),
    decisionRule: z
      .enum(['EN', 'L1'])
      .default('L1')
      .describe('What is smallest about the clip that is kept: elastic-net or l1 size.'),
    rounded: roundedOption,
  }),
  create: (_, { rounded, decisionRule, ...options }) => ({
    id: 'ead',
    requires,
    perturb: (context) =>
      searchEach(
        context,
        {
          questions: 2 * options.searches * options.steps,
          rounded,
          confidence: options.confidence,
          ...(decisionRule === 'EN'
            ? { measure: (clip, clean) => elasticNet(clip, clean, options.regularization) }
            : {}),
        },
        (subject) => searchConstant(options, (constant) => minimise(subject, constant, options)),
      ),
  }),
});

/** ‖δ‖₂² + β · ‖δ‖₁. */
function elasticNet(clip: Float32Array, clean: Float32Array, regularization: number): number {
  let sum = 0;
  for (let index = 0; index < clip.length; index++) {
    const change = Math.abs(clip[index] - clean[index]);
    sum += change * (change + regularization);
  }
  return sum;
}

/** Minimises for one constant; returns whether it met a clip with the confidence that is asked for. */
function* minimise(
  { clean }: SearchSubject,
  constant: number,
  options: EadOptions,
): SearchPart<boolean> {
  const { steps, stepSize, confidence, regularization } = options;
  const point = clean.slice();
  const slack = clean.slice();
  const plateau = new Plateau(options);
  let found = false;
  for (let step = 0; step < steps; step++) {
    const { margin, gradient } = yield* gradientAt(slack, { kind: 'margin' });
    const shortfall = Math.max(0, confidence - margin);
    const weight = shortfall > 0 ? constant : 0;
    const length = stepSize * Math.sqrt(1 - step / steps);
    const momentum = step / (step + 3);
    let squares = 0;
    for (let index = 0; index < point.length; index++) {
      const change = slack[index] - clean[index];
      squares += change * change;
      const aim = slack[index] - length * (2 * change - weight * gradient[index]);
      const next = shrunk(aim, clean[index], regularization);
      slack[index] = next + momentum * (next - point[index]);
      point[index] = next;
    }
    const judged = yield* judgementAt(point);
    if (judged.adversarial && judged.margin >= confidence) found = true;
    if (plateau.isReached(step, squares + constant * shortfall)) break;
  }
  return found;
}

/** S_β(z): towards the clean value by β, not beyond it, and inside [0, 1]. */
function shrunk(value: number, clean: number, regularization: number): number {
  if (value - clean > regularization) return Math.min(value - regularization, 1);
  if (value - clean < -regularization) return Math.max(value + regularization, 0);
  return clean;
}
