import type { Proportion } from '../metrics/proportion.js';
import type { Warning } from '../records/warning.js';

/** How far below the published accuracy the interval of the measured one may end: what subsets of a data set explain. */
const accuracySlack = 0.05;

/** A clean accuracy that chance does not explain: the preprocessing, the labels or the weights are not the published ones. */
export function checkCleanAccuracy(
  accuracy: Proportion,
  published: number | undefined,
  victim: string,
): Warning | undefined {
  if (published === undefined || accuracy.rate === null) return undefined;
  if (accuracy.high >= published - accuracySlack) return undefined;
  return {
    check: 'low-clean-accuracy',
    message: `${victim} classifies ${percent(accuracy.rate)} of the clean clips correctly, where ${percent(published)} are published; check its preprocessing, labels and weights first.`,
  };
}

/** What one attack reached on one victim. */
export interface AttackStanding {
  readonly attack: string;
  readonly usesGradients: boolean;
  /** Attacks compare only within the same budget. */
  readonly budget: string;
  readonly rate: number | null;
}

/** A query attack that beats every gradient attack of the same budget: the gradients are masked, or the attack is badly set. */
export function checkGradientsHelp(
  standings: readonly AttackStanding[],
  victim: string,
): Warning[] {
  const warnings: Warning[] = [];
  for (const query of standings.filter(({ usesGradients }) => !usesGradients)) {
    const rivals = standings.filter(
      ({ usesGradients, budget, rate }) =>
        usesGradients && budget === query.budget && rate !== null,
    );
    const best = Math.max(...rivals.map(({ rate }) => rate ?? 0));
    if (rivals.length === 0 || query.rate === null || query.rate <= best) continue;
    warnings.push({
      check: 'query-beats-gradient',
      message: `On ${victim}, ${query.attack} succeeds without gradients on ${percent(query.rate)}, more than every gradient attack of its budget (${percent(best)}): the gradients may be masked, or the steps too few.`,
    });
  }
  return warnings;
}

/** Share of the budget that a failed attack must have used at least once. */
const leastUse = 0.5;

/**
 * An attack that fails while it leaves most of its budget unused: its steps are too short or too few.
 *
 * @param use largest share of the budget that any of its failed clips used; `null` when none failed
 */
export function checkBudgetUse(
  use: number | null,
  attack: string,
  victim: string,
): Warning | undefined {
  if (use === null || use >= leastUse) return undefined;
  return {
    check: 'budget-unused',
    message: `On ${victim}, ${attack} never used more than ${percent(use)} of its budget where it failed: its steps are too short or too few.`,
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
