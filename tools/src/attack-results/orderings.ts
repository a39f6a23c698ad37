import { ladderAttacks } from './experiment.js';
import { comparedNorms, type AttackRow } from './results.js';

/** Something that theory says about the rows, and whether they bear it out. */
export interface Ordering {
  readonly victim: string;
  readonly claim: string;
  /** The figures that it is about. */
  readonly figures: string;
  readonly holds: boolean;
}

/** How much larger a smallest perturbation may be than the smallest ε of PGD. */
const slack = 1.1;

/** What theory says about attacks of one victim; only about those of which there are rows. */
export function orderingsOf(rows: readonly AttackRow[]): Ordering[] {
  const victims = [...new Set(rows.map(({ victim }) => victim))];
  return victims.flatMap((victim) => {
    const own = rows.filter((row) => row.victim === victim);
    return [...strengths(victim, own), ...sizes(victim, own)];
  });
}

/** At equal ε: noise ≤ FGSM ≤ BIM ≤ PGD ≤ Auto-PGD in success. */
function strengths(victim: string, rows: readonly AttackRow[]): Ordering[] {
  const ladders: [string, string][] = [
    ['', 'linf 8/255'],
    ['-level', 'linf 1/255'],
    ['-l2', `l2 ${String(epsilonOf(rows, 'pgd-l2'))}`],
  ];
  return ladders.flatMap(([suffix, budget]) => {
    const steps = ladderAttacks.flatMap(
      (attack) => rows.find(({ name }) => name === `${attack}${suffix}`) ?? [],
    );
    if (steps.length < ladderAttacks.length) return [];
    const holds = steps.every(
      (row, index) => index === 0 || row.successes >= steps[index - 1].successes,
    );
    return [
      {
        victim,
        claim: `success in ${budget}: ${ladderAttacks.join(' ≤ ')}`,
        figures: steps.map(({ successes }) => successes).join(' ≤ '),
        holds,
      },
    ];
  });
}

function epsilonOf(rows: readonly AttackRow[], name: string): number | undefined {
  const budget = rows.find((row) => row.name === name)?.budget;
  return budget !== undefined && 'epsilon' in budget ? budget.epsilon : undefined;
}

/** The median norm of every attack that minimises one is at most the smallest ε at which PGD succeeds, and a tenth. */
function sizes(victim: string, rows: readonly AttackRow[]): Ordering[] {
  const searching = rows.filter(({ part }) => part === 'smallest-perturbation');
  return comparedNorms.flatMap((norm) => {
    const pgd = rows.find(({ name }) => name === `pgd-smallest-${norm}`)?.medianNorm[norm];
    if (pgd === undefined || pgd === null) return [];
    return searching
      .filter(({ budget }) => budget.norm === norm)
      .map(({ name, medianNorm }) => {
        const size = medianNorm[norm];
        return {
          victim,
          claim: `median ${norm} of ${name} ≤ 1.1 × that of pgd at its smallest ε`,
          figures: `${size === null ? '∞' : size.toPrecision(3)} ≤ 1.1 × ${pgd.toPrecision(3)}`,
          holds: size !== null && size <= slack * pgd,
        };
      });
  });
}
