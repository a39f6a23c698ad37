import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Budget } from '@msanet/core';
import type { AttackRecord, ComparisonSummary, Manifest } from '@msanet/evaluation';
import {
  entriesOf,
  resultParts,
  resultVictims,
  universalFits,
  type ResultPart,
} from './experiment.js';

/** Norms whose medians the orderings compare. */
export const comparedNorms = ['linf', 'l2', 'l1'] as const;

/** A norm whose medians the orderings compare. */
export type ComparedNorm = (typeof comparedNorms)[number];

/** What an attack reached on a victim: a row of the table. */
export interface AttackRow {
  readonly victim: string;
  readonly part: ResultPart;
  readonly name: string;
  readonly attack: string;
  /** Options that differ from the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly budget: Budget;
  readonly queryLimit: number | null;
  readonly successes: number;
  readonly trials: number;
  /** Means over the successes, by metric; `null` where there are none. */
  readonly means: Readonly<Record<string, number | null>>;
  /** Medians over all clips, a failure counting as infinite (`null`), by norm; in 8-bit levels for linf, else on [0, 1]. */
  readonly medianNorm: Readonly<Record<ComparedNorm, number | null>>;
  readonly forward: number | null;
  readonly gradient: number | null;
  /** Median, which a pause of the machine does not change. */
  readonly seconds: number | null;
}

/** Everything that the table is made of. The content of `docs/reference/attack-results.json`. */
export interface AttackResults {
  /** Where the seconds were measured. */
  readonly machines: readonly string[];
  readonly rows: readonly AttackRow[];
}

/** A finished run of one victim and one part. */
export interface FinishedRun {
  readonly machine: string;
  readonly rows: readonly AttackRow[];
}

/** The results with those of later runs, in the order of victims and parts; what a run has is replaced as a whole. */
export function mergedResults(earlier: AttackResults, runs: readonly FinishedRun[]): AttackResults {
  const later = runs.flatMap(({ rows }) => rows);
  const kept = earlier.rows.filter(
    ({ victim, part }) => !later.some((row) => row.victim === victim && row.part === part),
  );
  const rows = [...kept, ...later];
  return {
    machines: [...new Set([...earlier.machines, ...runs.map(({ machine }) => machine)])],
    rows: resultVictims.flatMap(({ id }) =>
      resultParts.flatMap((part) => rows.filter((row) => row.victim === id && row.part === part)),
    ),
  };
}

/** Metrics that the table shows. */
export const shownMetrics = [
  'mean-absolute-perturbation',
  'l2',
  'ssim',
  'temporal-roughness',
] as const;

/** Reads what is still planned of a run of one victim and one part; `undefined` where it is not finished. */
export async function readRun(folder: string, part: ResultPart): Promise<FinishedRun | undefined> {
  const read = async <T>(name: string): Promise<T> =>
    JSON.parse(await readFile(join(folder, name), 'utf8')) as T;
  const manifest = await read<Manifest>('manifest.json');
  const summary = await read<ComparisonSummary>('summary.json');
  if (!summary.finished) return undefined;
  const lines = (await readFile(join(folder, 'records.jsonl'), 'utf8')).trimEnd().split('\n');
  const records = lines.map((line) => JSON.parse(line) as AttackRecord);
  const [victim] = resultVictims.filter(({ id }) =>
    summary.cells.some((cell) => cell.victim === id),
  );
  const planned = entriesOf(part, victim).map(({ name }) => name);
  const cells = summary.cells.filter(({ attack }) => planned.includes(attack));
  const rows = cells.map((cell): AttackRow => {
    const entry = manifest.experiment.attacks.find(({ name }) => name === cell.attack);
    if (entry === undefined || cell.success === null) {
      throw new Error(`${folder}: no result of ${cell.attack}`);
    }
    const { successes, trials } = cell.success.overCleanCorrect;
    const own = records.filter(({ attack, result }) => attack === cell.attack && result !== null);
    return {
      victim: cell.victim,
      part,
      name: cell.attack,
      attack: entry.attack,
      // Where a saved perturbation lies says nothing about it; how it was fitted does.
      options: part === 'universal' ? fitOptions(cell.attack) : entry.options,
      budget: entry.budget,
      queryLimit: entry.queryLimit,
      successes,
      trials,
      means: Object.fromEntries(
        shownMetrics.map((metric) => [metric, rounded(cell.metrics[metric]?.mean)]),
      ),
      medianNorm: medianNorms(own),
      forward: rounded(cell.queries.forward),
      gradient: rounded(cell.queries.gradient),
      seconds: rounded(middle(own.map(({ times }) => times?.attack ?? Infinity))),
    };
  });
  const { processor, workers, threads } = manifest.circumstances;
  return { machine: `${processor}, ${workers} workers of ${threads} thread each`, rows };
}

function fitOptions(name: string): AttackRow['options'] {
  return universalFits.find(({ attack }) => attack === name)?.options ?? {};
}

function medianNorms(records: readonly AttackRecord[]): Record<ComparedNorm, number | null> {
  const median = (norm: ComparedNorm): number | null => {
    const value = middle(
      records.map(({ success, result }) =>
        success ? (result?.metrics[norm] ?? Infinity) : Infinity,
      ),
    );
    return value === Infinity ? null : rounded(value);
  };
  return { linf: median('linf'), l2: median('l2'), l1: median('l1') };
}

/** The median; of an even number of values the upper of the two, which at least half of them do not exceed. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

/** Five significant digits. */
function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toPrecision(5));
}
