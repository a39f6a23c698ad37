import { defineAttack, type AttackRequirements, type LossForm } from '@msanet/core';
import { z } from 'zod';
import { lossOption } from '../loss-option.js';
import { apgdAscent } from './apgd-ascent.js';
import { apgdOptions } from './apgd-options.js';

const requires: AttackRequirements = {
  inputGradient: true,
  norms: ['linf', 'l2'],
  criteria: ['misclassification', 'targeted'],
};

/**
 * Auto-PGD: projected steps with inertia and without a step size to choose; it starts at 2 ε and is halved where the climb
 * gets nowhere (Croce & Hein, ICML 2020, algorithm 1; the schedule of their code). With `loss` dlr it is APGD-DLR.
 *
 * White box. Norms `linf` and `l2`; untargeted and targeted. A start costs one gradient query per clip, and so does each
 * step; with `earlyStop`, one forward query more whenever an iterate is adversarial, to see whether its 8-bit version is.
 * Without it the iterate of the highest loss is returned.
 *
 * 100 steps from one random start are the defaults of the authors' code. They start on the surface of the ball; here it is
 * anywhere inside, which for clips is nearly the same.
 */
export const apgd = defineAttack({
  id: 'apgd',
  summary: 'Projected gradient steps with inertia, whose size adapts by itself (Auto-PGD).',
  source:
    'F. Croce, M. Hein, Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks, ICML 2020',
  requires,
  options: z.strictObject({ loss: lossOption, ...apgdOptions }),
  create: (_, { loss: kind, restarts, ...options }) => ({
    id: 'apgd',
    requires,
    async perturb(context) {
      const losses = new Array<() => LossForm>(restarts).fill(() => ({ kind }));
      return apgdAscent(context, losses, options);
    },
  }),
});
