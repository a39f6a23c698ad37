import { formatBudget } from '../comparison/budget-use.js';
import { perceptibilityMetrics } from '../metrics/perceptibility-metrics.js';
import type { Proportion } from '../metrics/proportion.js';
import type { CellSummary, ComparisonSummary } from './comparison-summary.js';

/** A table as text, cell by cell. */
export interface Table {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Metrics with a column of their own in the table for people, and the digits behind the point. */
const columns: readonly (readonly [id: string, title: string, digits: number])[] = [
  ['mean-absolute-perturbation', 'mean|δ|', 3],
  ['l2', 'L2', 2],
  ['linf', 'L∞', 0],
  ['ssim', 'SSIM', 4],
  ['psnr', 'PSNR', 1],
  ['temporal-roughness', 'rough', 2],
  ['frames-touched', 'frames', 2],
  ['pixels-touched', 'pixels', 2],
];

/** The tables of a comparison: clean accuracy, attacks, compression, transfer. */
export function comparisonTables(summary: ComparisonSummary): Table[] {
  return [
    victimTable(summary),
    attackTable(summary),
    ...compressionTable(summary),
    ...transferTables(summary),
  ];
}

function victimTable({ victims, clips }: ComparisonSummary): Table {
  return {
    title: `Clean clips: ${clips.examined} examined${clips.failed === 0 ? '' : `, ${clips.failed} failed`}`,
    header: ['victim', 'accuracy', '95 %', 'correct', 'published'],
    rows: victims.map(({ victim, cleanAccuracy, publishedAccuracy }) => [
      victim,
      percent(cleanAccuracy.rate),
      interval(cleanAccuracy),
      counts(cleanAccuracy),
      percent(publishedAccuracy),
    ]),
  };
}

function attackTable({ cells }: ComparisonSummary): Table {
  const goal = cells[0]?.goal ?? 'untargeted';
  const shown = columns.filter(([id]) => perceptibilityMetrics.some((metric) => metric.id === id));
  return {
    title: `Attacks, ${goal}: success over clean-correct clips; perturbation of the successes, mean`,
    header: [
      'victim',
      'attack',
      'budget',
      'success',
      '95 %',
      'of',
      'over all',
      'failed',
      ...shown.map(([, title]) => title),
      'queries',
      'gradients',
      'seconds',
    ],
    rows: cells.map((cell) => [
      cell.victim,
      cell.attack,
      formatBudget(cell.budget),
      percent(cell.success?.overCleanCorrect.rate ?? null),
      cell.success === null ? '–' : interval(cell.success.overCleanCorrect),
      cell.success === null ? '–' : counts(cell.success.overCleanCorrect),
      percent(cell.success?.overAll.rate ?? null),
      String(cell.success?.failed ?? 0),
      ...shown.map(([id, , digits]) => fixed(cell.metrics[id]?.mean ?? null, digits)),
      fixed(total(cell), 1),
      fixed(cell.queries.gradient, 1),
      fixed(cell.times.attack, 2),
    ]),
  };
}

function total({ queries: { forward, gradient } }: CellSummary): number | null {
  return forward === null || gradient === null ? null : forward + gradient;
}

function compressionTable({ cells, victims }: ComparisonSummary): Table[] {
  const rates = Object.keys(victims[0]?.compressedAccuracy ?? {});
  if (rates.length === 0) return [];
  return [
    {
      title: 'After rounding to 8 bits and after H.264: success over attacked clips',
      header: ['victim', 'attack', 'float', '8 bit', ...rates.map((crf) => `CRF ${crf}`)],
      rows: [
        ...victims.map(({ victim, cleanAccuracy, compressedAccuracy }) => [
          victim,
          '(clean accuracy)',
          '–',
          percent(cleanAccuracy.rate),
          ...rates.map((crf) => percent(compressedAccuracy[crf].rate)),
        ]),
        ...cells.map((cell) => [
          cell.victim,
          cell.attack,
          percent(cell.unroundedSuccess.rate),
          percent(cell.success?.overCleanCorrect.rate ?? null),
          ...rates.map((crf) => percent(cell.compressedSuccess[crf].rate)),
        ]),
      ],
    },
  ];
}

/** One table for all attacks: a row per victim that was attacked, a column per victim that judges. */
function transferTables({ transfer }: ComparisonSummary): Table[] {
  if (transfer.length === 0) return [];
  const judges = [...new Set(transfer.map(({ judged }) => judged))];
  const rows = transfer.filter(({ judged }) => judged === judges[0]);
  return [
    {
      title: 'Transfer: success over clips that the judging victim classifies correctly when clean',
      header: ['attack', 'crafted on', ...judges.map((judged) => `on ${judged}`)],
      rows: rows.map(({ attack, crafted }) => [
        attack,
        crafted,
        ...judges.map((judge) => {
          const cell = transfer.find(
            (other) =>
              other.attack === attack && other.crafted === crafted && other.judged === judge,
          );
          if (cell === undefined || cell.success.rate === null) return '–';
          return `${percent(cell.success.rate)} (${counts(cell.success)})`;
        }),
      ]),
    },
  ];
}

function percent(rate: number | null): string {
  return rate === null ? '–' : `${(100 * rate).toFixed(1)} %`;
}

function interval({ low, high, trials }: Proportion): string {
  return trials === 0 ? '–' : `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}`;
}

function counts({ successes, trials }: Proportion): string {
  return `${successes}/${trials}`;
}

function fixed(value: number | null, digits: number): string {
  if (value === null) return '–';
  return Number.isFinite(value) ? value.toFixed(digits) : '∞';
}
