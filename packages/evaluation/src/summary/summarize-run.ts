import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatBudget } from '../comparison/budget-use.js';
import { proportion } from '../metrics/proportion.js';
import type { AttackRecord } from '../records/attack-record.js';
import type { ClipRecord } from '../records/clip-record.js';
import { failureMessage, type Failure } from '../records/failure.js';
import { scanLines } from '../run-folder/line-file.js';
import type { Manifest } from '../run-folder/manifest.js';
import { readManifest, runFiles } from '../run-folder/run-folder.js';
import {
  checkBudgetUse,
  checkCleanAccuracy,
  checkGradientsHelp,
} from '../sanity/whole-comparison.js';
import { CellTally } from './cell-tally.js';
import type { CellSummary, ComparisonSummary, VictimSummary } from './comparison-summary.js';
import { TransferTally } from './transfer-tally.js';
import { WarningTally } from './warning-tally.js';

/**
 * Sums up a run, finished or not, from its folder alone.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `RUN_INVALID`
 */
export function summarizeRun(path: string): ComparisonSummary {
  const manifest = readManifest(path);
  const { victims, attacks, seeds } = manifest.experiment;
  const warnings = new WarningTally();
  const failures = new FailureTally();
  const clean = readClips(path, manifest, warnings, failures);
  const transfer = new TransferTally(manifest.experiment);
  const tallies = new Map(
    victims.flatMap((victim) =>
      attacks.map(
        (attack) =>
          [
            cellKey(victim.name, attack.name),
            new CellTally(victim.name, attack, manifest.experiment),
          ] as const,
      ),
    ),
  );
  let records = 0;
  scanRecords<AttackRecord>(join(path, runFiles.records), (record) => {
    records += 1;
    const cleanCorrect = clean.isCorrect(record.clip, record.victim);
    tallies.get(cellKey(record.victim, record.attack))?.add(record, cleanCorrect);
    transfer.add(record, cleanCorrect);
    for (const warning of record.warnings) warnings.add(warning, record);
    // What keeps a clip from being examined has been counted with the clip.
    if (record.failure !== null && !clean.failed.has(record.clip)) failures.add(record.failure);
  });
  const cells = [...tallies.values()].map((tally) => tally.summary());
  for (const victim of clean.victims) warnAbout(victim, cells, manifest, warnings);
  for (const [key, tally] of tallies) {
    const [victim, attack] = JSON.parse(key) as [string, string];
    const found = checkBudgetUse(tally.budgetUse, attack, victim);
    if (found !== undefined) warnings.add(found, { victim, attack });
  }
  const jobs = manifest.dataset.clips * victims.length * attacks.length * seeds.length;
  return {
    finished: records === jobs,
    clips: {
      chosen: manifest.dataset.clips,
      examined: clean.examined,
      failed: clean.failed.size,
    },
    victims: clean.victims,
    cells,
    transfer: transfer.summary(),
    warnings: warnings.summary(),
    failures: failures.summary(),
  };
}

interface CleanClips {
  readonly victims: readonly VictimSummary[];
  readonly examined: number;
  readonly failed: ReadonlySet<string>;
  isCorrect(clip: string, victim: string): boolean;
}

function readClips(
  path: string,
  { experiment, publishedAccuracy }: Manifest,
  warnings: WarningTally,
  failures: FailureTally,
): CleanClips {
  const failed = new Set<string>();
  const correct = new Map(experiment.victims.map(({ name }) => [name, new Set<string>()]));
  const compressed = new Map<string, number>();
  let examined = 0;
  scanRecords<ClipRecord>(join(path, runFiles.clips), (record) => {
    for (const warning of record.warnings) warnings.add(warning, { clip: record.clip });
    if (record.failure !== null) {
      failed.add(record.clip);
      failures.add(record.failure);
      return;
    }
    examined += 1;
    for (const [name, verdict] of Object.entries(record.victims)) {
      if (verdict.correct) correct.get(name)?.add(record.clip);
      for (const [crf, survives] of Object.entries(verdict.compressed)) {
        const key = cellKey(name, crf);
        compressed.set(key, (compressed.get(key) ?? 0) + (survives ? 1 : 0));
      }
    }
  });
  return {
    examined,
    failed,
    isCorrect: (clip, victim) => correct.get(victim)?.has(clip) ?? false,
    victims: experiment.victims.map(({ name }) => ({
      victim: name,
      cleanAccuracy: proportion(correct.get(name)?.size ?? 0, examined),
      publishedAccuracy: publishedAccuracy[name] ?? null,
      compressedAccuracy: Object.fromEntries(
        experiment.compression.map((crf) => [
          String(crf),
          proportion(compressed.get(cellKey(name, String(crf))) ?? 0, examined),
        ]),
      ),
    })),
  };
}

/** The checks that need all records of a victim. */
function warnAbout(
  { victim, cleanAccuracy, publishedAccuracy }: VictimSummary,
  cells: readonly CellSummary[],
  { gradientAttacks }: Manifest,
  warnings: WarningTally,
): void {
  const accuracy = checkCleanAccuracy(cleanAccuracy, publishedAccuracy ?? undefined, victim);
  if (accuracy !== undefined) warnings.add(accuracy, { victim });
  const standings = cells
    .filter((cell) => cell.victim === victim)
    .map(({ attack, budget, success }) => ({
      attack,
      usesGradients: gradientAttacks.includes(attack),
      budget: formatBudget(budget),
      rate: success?.overCleanCorrect.rate ?? null,
    }));
  for (const found of checkGradientsHelp(standings, victim)) warnings.add(found, { victim });
}

/** Counts failures by their sentence. */
class FailureTally {
  readonly #counts = new Map<string, number>();

  add(failure: Failure): void {
    const message = failureMessage(failure);
    this.#counts.set(message, (this.#counts.get(message) ?? 0) + 1);
  }

  summary(): { message: string; count: number }[] {
    return [...this.#counts].map(([message, count]) => ({ message, count }));
  }
}

function scanRecords<R>(path: string, visit: (record: R) => void): void {
  if (existsSync(path)) scanLines(path, (value) => visit(value as R));
}

function cellKey(victim: string, attack: string): string {
  return JSON.stringify([victim, attack]);
}
