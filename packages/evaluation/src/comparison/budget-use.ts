import type { Budget } from '@msanet/core';
import type { MetricValues } from '../metrics/perceptibility-metrics.js';

/** The share of its budget that a perturbation uses, 0 … 1; `null` where the metrics do not tell. */
export function budgetUse(budget: Budget, metrics: MetricValues): number | null {
  switch (budget.norm) {
    case 'linf':
      return share(metrics['linf'], 255 * budget.epsilon);
    case 'l2':
      return share(metrics['l2'], budget.epsilon);
    case 'l1':
      return share(metrics['l1'], budget.epsilon);
    case 'frames':
      return share(metrics['linf'], 255 * budget.epsilon);
    case 'l0':
      // The metrics give the share of the clip's pixels, not their number.
      return null;
  }
}

function share(used: number | null | undefined, allowed: number): number | null {
  return used === null || used === undefined || allowed === 0 ? null : used / allowed;
}

/** A budget as tables write it, such as `linf 8/255`. */
export function formatBudget(budget: Budget): string {
  switch (budget.norm) {
    case 'linf':
      return `linf ${levels(budget.epsilon)}`;
    case 'frames':
      return `${budget.frames} frames, linf ${levels(budget.epsilon)}`;
    case 'l0':
      return `${budget.pixels} pixels`;
    default:
      return `${budget.norm} ${budget.epsilon}`;
  }
}

/** A radius in 8-bit levels where it is a whole number of them. */
function levels(epsilon: number): string {
  const level = epsilon * 255;
  return Math.abs(level - Math.round(level)) < 1e-6
    ? `${Math.round(level)}/255`
    : epsilon.toPrecision(4);
}
