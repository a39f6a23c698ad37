import {
  clipCount,
  fittedClips,
  resultParts,
  resultVictims,
  type ResultPart,
} from './experiment.js';
import { orderingsOf } from './orderings.js';
import type { AttackResults, AttackRow } from './results.js';

const titles: Readonly<Record<ResultPart, string>> = {
  'fixed-budget': 'The strongest perturbation inside a budget',
  'l2-budget': 'The strongest perturbation inside a narrow l2 ball',
  'smallest-perturbation': 'The smallest perturbation',
  video: 'Made for video',
  query: 'By queries alone',
  universal: `One perturbation for all clips, fitted on ${fittedClips} training clips`,
};

/** The section of results on the page of all attacks, as lines of Markdown. */
export function resultsSection({ machines, rows }: AttackResults): string[] {
  const victims = [...new Set(rows.map(({ victim }) => victim))];
  return [
    '## Results on the demo victims',
    '',
    `Each attack on ${clipCount} clips of the test part of demo-actions that the victim gets right, untargeted, from seed 0. Means are over the`,
    'successes, on 8-bit clips; seconds are medians per clip and depend on the machine. Where nothing else is said, the budget is linf 8/255 and the',
    'options are the defaults; many have fewer steps or queries than their papers, so that the whole table takes hours and not days. Where so few',
    'need other settings (the weights and steps of `cw` and `ead`, `fmn` in l0, the projections of `deepfool`, the narrow l2 ball and the steps of PGD and',
    'APGD in it), these were chosen on some of the same clips, the last on all. The table shows that the attacks do what they say, not which is the best:',
    'drawn clips are easy. Rerun it with:',
    '',
    '```sh',
    'npm run attack-results',
    '```',
    '',
    ...machines.flatMap((machine) => [`Seconds: ${machine}.`, '']),
    ...missing(rows),
    ...victims.flatMap((victim) =>
      resultParts.flatMap((part) =>
        table(
          `### \`${victim}\`: ${titles[part].charAt(0).toLowerCase()}${titles[part].slice(1)}`,
          rows.filter((row) => row.victim === victim && row.part === part),
        ),
      ),
    ),
    ...orderingTable(rows),
  ];
}

/** Says which parts nobody has run. */
function missing(rows: readonly AttackRow[]): string[] {
  const absent = resultVictims.flatMap(({ id }) =>
    resultParts
      .filter((part) => !rows.some((row) => row.victim === id && row.part === part))
      .map((part) => `\`${id}\` ${part}`),
  );
  return absent.length === 0 ? [] : [`Not run yet: ${absent.join(', ')}.`, ''];
}

function table(title: string, rows: readonly AttackRow[]): string[] {
  if (rows.length === 0) return [];
  return [
    title,
    '',
    '| attack | budget and options | success | mean abs. of 255 | L2 | SSIM | roughness, % | queries | gradients | seconds |',
    '| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map((row) => {
      const cells = [
        `\`${row.name}\``,
        settings(row),
        `${row.successes}/${row.trials}`,
        figure(row.means['mean-absolute-perturbation'], 3),
        figure(row.means['l2'], 2),
        figure(row.means['ssim'], 4),
        figure(row.means['temporal-roughness'], 3),
        figure(row.forward, 0),
        figure(row.gradient, 0),
        figure(row.seconds, 2),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
  ];
}

function settings({ name, attack, budget, options, queryLimit }: AttackRow): string {
  const usual = budget.norm === 'linf' && Math.abs(budget.epsilon - 8 / 255) < 1e-9;
  return [
    ...(name === attack ? [] : [`\`${attack}\``]),
    ...(usual ? [] : [radius(budget)]),
    ...Object.entries(options).map(([key, value]) => `${key} ${String(value)}`),
    ...(queryLimit === null ? [] : [`at most ${queryLimit} queries`]),
  ].join(', ');
}

function radius(budget: AttackRow['budget']): string {
  if (budget.norm === 'l0') return `l0 ${budget.pixels}`;
  return budget.norm === 'linf'
    ? `linf ${Math.round(255 * budget.epsilon)}/255`
    : `${budget.norm} ${budget.epsilon}`;
}

function figure(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '' : value.toFixed(digits);
}

function orderingTable(rows: readonly AttackRow[]): string[] {
  const orderings = orderingsOf(rows);
  if (orderings.length === 0) return [];
  return [
    '### What theory says about them',
    '',
    'Of attacks in one budget, one that contains another as a special case, or has its random start and more steps, should succeed as often;',
    'an attack that looks for the smallest perturbation should find one that is no larger than the smallest ball in which PGD succeeds. Neither',
    'is a theorem about a network, so the figures tell. Medians are over all clips, failures counting as infinite.',
    '',
    '| victim | claim | figures | holds |',
    '| --- | --- | --- | --- |',
    ...orderings.map(
      ({ victim, claim, figures, holds }) =>
        `| ${victim} | ${claim} | ${figures} | ${holds ? 'yes' : '**no**'} |`,
    ),
    '',
  ];
}
