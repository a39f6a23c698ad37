import {
  defineAttack,
  topClasses,
  type AttackContext,
  type AttackRequirements,
  type ClipBatch,
} from '@msanet/core';
import { z } from 'zod';
import {
  fabFrom,
  finalSearch,
  randomFabStart,
  type FabFind,
  type FabOptions,
} from './fab-search.js';
import { roundedOption } from './rounded-option.js';
import { searchEach } from './search-each.js';
import { judgementAt, type Search, type SearchSubject } from './search.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2', 'l1'],
  criteria: ['misclassification'],
};

const sharedOptions = {
  steps: z.int().min(1).default(100).describe('Steps per start.'),
  restarts: z
    .int()
    .min(1)
    .default(1)
    .describe('How often it starts; first at the clean clip, then at random.'),
  overshoot: z.number().min(1).default(1.05).describe('η: how far beyond the boundary it goes.'),
  bias: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe('The largest weight of the step from the clean clip.'),
  backward: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe('β: the share of an adversarial perturbation from which it goes on.'),
  finalSearch: z
    .int()
    .min(0)
    .default(3)
    .describe('Forward queries spent at the end between the clean clip and the best one found.'),
  rounded: roundedOption,
};

/**
 * Fast adaptive boundary attack: shortest steps inside [0, 1] to the linearised boundary, drawn to the clean clip, and back
 * inside from every success (Croce & Hein, ICML 2020, algorithm 1).
 *
 * White box, norms `linf`, `l2`, `l1`; untargeted. A step costs one gradient query for each class but the clip's own among the
 * `classes` that are likeliest for the clean clip, and one forward query; ranking the classes costs one forward query.
 *
 * η = 1.05, α_max = 0.1, β = 0.9 and 100 steps are the paper's and AutoAttack's, three steps of final search the paper's, one start
 * AutoAttack's. The paper looks at all classes; the ten likeliest are those of DeepFool, and as many as `fab-t` tries.
 */
export const fab = defineAttack({
  id: 'fab',
  summary: 'Fast adaptive boundary attack: shortest steps to the linearised boundary.',
  source:
    'F. Croce, M. Hein, Minimally Distorted Adversarial Examples with a Fast Adaptive Boundary Attack, ICML 2020',
  requires,
  options: z.strictObject({
    ...sharedOptions,
    classes: z
      .int()
      .min(2)
      .default(10)
      .describe('Likeliest classes that are considered, the clip’s own included.'),
  }),
  create: (_, { classes, ...options }) => ({
    id: 'fab',
    requires,
    perturb: (context) => {
      const others = Math.min(classes, context.victim.labels.length) - 1;
      return runFab(context, { ...options, others, oneByOne: false });
    },
  }),
});

/**
 * FAB-T: FAB towards one class after the other, which costs no more for a victim of many classes (Croce & Hein, Reliable
 * Evaluation of Adversarial Robustness, ICML 2020).
 *
 * For each of the `targets` likeliest classes but the clip's own, all steps look at the boundary with that class alone. White box,
 * norms `linf`, `l2`, `l1`; untargeted: any other class counts. A step costs one gradient and one forward query. Nine
 * targets are AutoAttack's.
 */
export const fabT = defineAttack({
  id: 'fab-t',
  summary: 'FAB towards each of the likeliest other classes in turn.',
  source:
    'F. Croce, M. Hein, Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks, ICML 2020',
  requires,
  options: z.strictObject({
    ...sharedOptions,
    targets: z.int().min(1).default(9).describe('Likeliest other classes that are tried.'),
  }),
  create: (_, { targets, ...options }) => ({
    id: 'fab-t',
    requires,
    perturb: (context) => {
      const others = Math.min(targets, context.victim.labels.length - 1);
      return runFab(context, { ...options, others, oneByOne: true });
    },
  }),
});

/** How FAB and FAB-T proceed. */
export interface FabPlan extends FabOptions {
  readonly restarts: number;
  readonly finalSearch: number;
  /** Likeliest other classes that are looked at. */
  readonly others: number;
  /** Whether they are looked at one after the other, each with all steps and restarts. */
  readonly oneByOne: boolean;
  /** Whether a clip is done with the first adversarial version, as in an ensemble; false by default. */
  readonly stopAtFirst?: boolean;
}

/** Runs FAB or FAB-T on the clips of a context. */
export function runFab(context: AttackContext, plan: FabPlan): Promise<ClipBatch> {
  const { steps, restarts, others, rounded, stopAtFirst = false } = plan;
  const perStep = plan.oneByOne ? 2 * others : others + 1;
  const questions = 1 + restarts * steps * Math.max(perStep, 1) + plan.finalSearch;
  return searchEach(context, { questions, rounded, stopAtFirst }, (subject) =>
    searchBoundaries(subject, plan),
  );
}

function* searchBoundaries(subject: SearchSubject, plan: FabPlan): Search {
  const { clean, criterion, random } = subject;
  const { restarts, others, oneByOne } = plan;
  const { logits } = yield* judgementAt(clean);
  const cleanLogits = logits.slice();
  const targets = topClasses(cleanLogits, others + 1)
    .filter((target) => target !== criterion.label)
    .slice(0, others);
  let best: FabFind | undefined;
  for (const group of oneByOne ? targets.map((target) => [target]) : [targets]) {
    for (let restart = 0; restart < restarts; restart++) {
      const start = restart === 0 ? clean : randomFabStart(subject, random, best);
      best = yield* fabFrom(subject, start, group, plan, best);
    }
  }
  if (best !== undefined) yield* finalSearch(subject, cleanLogits, best, plan.finalSearch);
}
