import { formatBudget } from '../comparison/budget-use.js';
import { perceptibilityMetrics } from '../metrics/perceptibility-metrics.js';
import type { ComparisonSummary } from './comparison-summary.js';

type Cell = string | number | null;

/**
 * What each attack reached on each victim, and how far it transfers, as CSV (RFC 4180) with unrounded figures: one row per
 * victim that was attacked, attack and victim that judges. Perturbations are means over the successes where the clip was
 * crafted; rates and shares are 0 … 1; what is undefined is empty.
 */
export function comparisonCsv({ cells, transfer }: ComparisonSummary): string {
  const metrics = perceptibilityMetrics.map(({ id }) => id);
  const rates = Object.keys(cells[0]?.compressedSuccess ?? {});
  const header = [
    ...['victim', 'attack', 'budget', 'goal', 'judged_on'],
    ...['success', 'successes', 'trials', 'wilson_low', 'wilson_high'],
    ...['success_over_all', 'clips_over_all', 'failed', 'attacked', 'success_unrounded'],
    ...rates.map((crf) => `success_crf${crf}`),
    ...metrics.map((id) => id.replaceAll('-', '_')),
    ...['forward_queries', 'gradient_queries', 'steps', 'seconds'],
  ];
  const rows = cells.flatMap((cell): Cell[][] => {
    const { success } = cell;
    const own = success?.overCleanCorrect;
    const about = [cell.victim, cell.attack, formatBudget(cell.budget), cell.goal];
    const first: Cell[] = [
      ...about,
      cell.victim,
      ...[own?.rate ?? null, own?.successes ?? null, own?.trials ?? null],
      ...[own?.low ?? null, own?.high ?? null],
      ...[success?.overAll.rate ?? null, success?.overAll.trials ?? null, success?.failed ?? null],
      ...[cell.attacked, cell.unroundedSuccess.rate],
      ...rates.map((crf) => cell.compressedSuccess[crf].rate),
      ...metrics.map((id) => cell.metrics[id]?.mean ?? null),
      ...[cell.queries.forward, cell.queries.gradient, cell.queries.steps, cell.times.attack],
    ];
    const elsewhere = transfer
      .filter(
        ({ attack, crafted, judged }) =>
          attack === cell.attack && crafted === cell.victim && judged !== cell.victim,
      )
      .map(({ judged, success: { rate, successes, trials, low, high } }): Cell[] => {
        const row: Cell[] = [...about, judged, rate, successes, trials, low, high];
        return [...row, ...Array.from({ length: header.length - row.length }, () => null)];
      });
    return [first, ...elsewhere];
  });
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
