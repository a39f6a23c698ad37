import {
  defineAttack,
  logitsOf,
  selectClips,
  topClasses,
  type AttackContext,
  type AttackRequirements,
  type ClipBatch,
  type Loss,
} from '@msanet/core';
import { z } from 'zod';
import { apgdAscent, type ApgdOptions } from './apgd-ascent.js';
import { apgdOptions } from './apgd-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification'],
};

/**
 * Targeted Auto-PGD for untargeted goals: Auto-PGD on the targeted DLR loss, once for each of the wrong classes that the
 * clean clip is nearest to (Croce & Hein, ICML 2020, section 4.1, eq. 7, and section 5).
 *
 * White box. Norms `linf` and `l2`; untargeted. Costs one forward query per clip to rank the classes, then for every target
 * and restart what `apgd` costs, and one forward query to judge the best iterate. The victim needs four classes.
 *
 * Nine targets, 100 steps and one random start are the defaults of the authors' code.
 */
export const apgdT = defineAttack({
  id: 'apgd-t',
  summary: 'Auto-PGD towards each of the likeliest wrong classes, one after the other.',
  source:
    'F. Croce, M. Hein, Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks, ICML 2020',
  requires,
  options: z.strictObject({
    targets: z.int().min(1).default(9).describe('Wrong classes to climb towards, likeliest first.'),
    ...apgdOptions,
  }),
  create: (_, options) => ({
    id: 'apgd-t',
    requires,
    perturb: (context) => runApgdT(context, options),
  }),
});

/** How targeted Auto-PGD proceeds. */
export interface ApgdTPlan extends ApgdOptions {
  /** Wrong classes to climb towards, likeliest first. */
  readonly targets: number;
  /** How often it climbs towards each. */
  readonly restarts: number;
}

/** Runs targeted Auto-PGD on the clips of a context. */
export async function runApgdT(
  context: AttackContext,
  { targets, restarts, ...options }: ApgdTPlan,
): Promise<ClipBatch> {
  const { criteria, victim } = context;
  const ranked = await wrongClasses(context);
  const count = Math.min(targets, victim.labels.length - 1);
  const towards =
    (rank: number) =>
    (of: readonly number[]): Loss => ({
      kind: 'targeted-dlr',
      labels: of.map((clip) => criteria[clip].label),
      targets: of.map((clip) => ranked[clip][rank]),
    });
  const losses = Array.from({ length: count * restarts }, (_, climb) =>
    towards(Math.floor(climb / restarts)),
  );
  return apgdAscent(context, losses, options);
}

/** The classes that each clip is not, likeliest first; of clips without a query left, in any order. */
async function wrongClasses({ victim, clips, criteria }: AttackContext): Promise<number[][]> {
  const ranked = criteria.map(() => [...victim.labels.keys()]);
  const of = [...criteria.keys()].filter((clip) => victim.queriesLeft(clip) > 0);
  if (of.length > 0) {
    const { logits } = await victim.predict(selectClips(clips, of), of);
    of.forEach((clip, row) => {
      ranked[clip] = topClasses(logitsOf(logits, row), victim.labels.length);
    });
  }
  return ranked.map((classes, clip) => classes.filter((index) => index !== criteria[clip].label));
}
