import { defineAttack, type AttackRequirements } from '@msanet/core';
import { z } from 'zod';
import { runSquare } from '../query/square.js';
import { runFab } from '../smallest-perturbation/fab.js';
import { apgdAscent } from './apgd-ascent.js';
import { runApgdT } from './apgd-t.js';
import { attackInTurn, type EnsembleMember } from './ensemble.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification'],
};

/**
 * AutoAttack, the standard ensemble: Auto-PGD on cross-entropy, targeted Auto-PGD on DLR, targeted FAB and the square
 * attack, each on the clips that resisted those before it (Croce & Hein, ICML 2020, section 5; the composition of their code).
 *
 * White box. Norms `linf` and `l2`; untargeted. Costs what its members cost (`apgd`, `apgd-t`, `fab-t`, `square`), and one
 * forward query after each; every member is done with a clip at its first adversarial 8-bit version. Steps are reported as
 * the member at work counts them. The victim needs four classes.
 *
 * 100 steps, nine targets and 5,000 queries are the defaults of the authors' code.
 */
export const auto = defineAttack({
  id: 'auto',
  summary:
    'Ensemble of Auto-PGD, its targeted form, targeted FAB and the square attack (AutoAttack).',
  source:
    'F. Croce, M. Hein, Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks, ICML 2020',
  requires,
  options: z.strictObject({
    steps: z
      .int()
      .min(1)
      .default(100)
      .describe('Gradient steps per start of the gradient attacks.'),
    targets: z.int().min(1).default(9).describe('Wrong classes of the targeted members.'),
    maxQueries: z
      .int()
      .min(1)
      .default(5000)
      .describe('Most queries per clip of the square attack.'),
  }),
  create: (_, options) => ({
    id: 'auto',
    requires,
    perturb: (context) => attackInTurn(context, membersOf(options)),
  }),
});

/** How large the ensemble's members are. */
interface EnsembleOptions {
  readonly steps: number;
  readonly targets: number;
  readonly maxQueries: number;
}

function membersOf({ steps, targets, maxQueries }: EnsembleOptions): EnsembleMember[] {
  const climb = { steps, randomStart: true, earlyStop: true };
  return [
    {
      id: 'apgd',
      perturb: (context) => apgdAscent(context, [() => ({ kind: 'cross-entropy' })], climb),
    },
    {
      id: 'apgd-t',
      perturb: (context) => runApgdT(context, { ...climb, targets, restarts: 1 }),
    },
    {
      id: 'fab-t',
      perturb: (context) =>
        runFab(context, {
          steps,
          restarts: 1,
          overshoot: 1.05,
          bias: 0.1,
          backward: 0.9,
          finalSearch: 0,
          rounded: true,
          others: Math.min(targets, context.victim.labels.length - 1),
          oneByOne: true,
          stopAtFirst: true,
        }),
    },
    {
      id: 'square',
      perturb: (context) => runSquare(context, { maxQueries, share: 0.8, time: 'shared' }),
    },
  ];
}
