import type { ComparedAttack, Experiment } from '../comparison/experiment.js';
import { budgetUse } from '../comparison/budget-use.js';
import { perceptibilityMetrics } from '../metrics/perceptibility-metrics.js';
import { proportion } from '../metrics/proportion.js';
import { successRates, type ClipVerdict } from '../metrics/success-rates.js';
import { summarize, summarizeCosts } from '../metrics/summary.js';
import type { AttackRecord, AttackResult } from '../records/attack-record.js';
import type { CellSummary } from './comparison-summary.js';

/** Collects the records of one victim × attack. */
export class CellTally {
  readonly #victim: string;
  readonly #attack: ComparedAttack;
  readonly #experiment: Experiment;
  readonly #verdicts: ClipVerdict[] = [];
  readonly #metrics: ReadonlyMap<string, (number | null)[]>;
  readonly #compressed: ReadonlyMap<string, { successes: number }>;
  readonly #queriesUntilSuccess: (number | null)[] = [];
  readonly #secondsUntilSuccess: (number | null)[] = [];
  readonly #sums = { forward: 0, gradient: 0, steps: 0, attack: 0, around: 0, unrounded: 0 };
  #attacked = 0;
  #use: number | null = null;

  constructor(victim: string, attack: ComparedAttack, experiment: Experiment) {
    this.#victim = victim;
    this.#attack = attack;
    this.#experiment = experiment;
    this.#metrics = new Map(perceptibilityMetrics.map(({ id }) => [id, []]));
    this.#compressed = new Map(
      experiment.compression.map((crf) => [String(crf), { successes: 0 }]),
    );
  }

  /** Largest share of the budget that a failed attack used; `null` when none failed. */
  get budgetUse(): number | null {
    return this.#use;
  }

  /** @param cleanCorrect whether the victim classifies the clean clip correctly */
  add(record: AttackRecord, cleanCorrect: boolean): void {
    const { status, result } = record;
    if (status === 'not-selected' || status === 'is-target') return;
    this.#verdicts.push({
      goal: this.#experiment.target === null ? 'misclassification' : 'targeted',
      cleanCorrect,
      success: status === 'failed' ? null : record.success,
    });
    if (result !== null) this.#addResult(record, result);
  }

  #addResult({ success, times }: AttackRecord, result: AttackResult): void {
    this.#attacked += 1;
    const { queries, firstSuccess, metrics, compressed } = result;
    this.#sums.forward += queries.forward;
    this.#sums.gradient += queries.gradient;
    this.#sums.steps += result.steps;
    this.#sums.attack += times?.attack ?? 0;
    this.#sums.around += times?.around ?? 0;
    if (success || result.unrounded?.success) this.#sums.unrounded += 1;
    this.#queriesUntilSuccess.push(
      firstSuccess === null ? null : firstSuccess.forward + firstSuccess.gradient,
    );
    this.#secondsUntilSuccess.push(
      firstSuccess === null ? null : (times?.firstSuccess ?? times?.attack ?? null),
    );
    for (const [crf, count] of this.#compressed) {
      if (compressed[crf]?.success) count.successes += 1;
    }
    if (success) {
      for (const [id, values] of this.#metrics) values.push(metrics[id] ?? null);
    } else {
      const use = budgetUse(this.#attack.budget, metrics);
      if (use !== null) this.#use = Math.max(this.#use ?? 0, use);
    }
  }

  /** What they come to. */
  summary(): CellSummary {
    const attacked = this.#attacked;
    const mean = (sum: number): number | null => (attacked === 0 ? null : sum / attacked);
    const goal = this.#experiment.target === null ? 'untargeted' : 'targeted';
    return {
      victim: this.#victim,
      attack: this.#attack.name,
      budget: this.#attack.budget,
      goal,
      success: successRates(this.#verdicts)[goal],
      attacked,
      unroundedSuccess: proportion(this.#sums.unrounded, attacked),
      compressedSuccess: Object.fromEntries(
        [...this.#compressed].map(([crf, { successes }]) => [crf, proportion(successes, attacked)]),
      ),
      metrics: Object.fromEntries(
        [...this.#metrics].map(([id, values]) => [id, summarize(values)]),
      ),
      queries: {
        forward: mean(this.#sums.forward),
        gradient: mean(this.#sums.gradient),
        steps: mean(this.#sums.steps),
        untilSuccess: summarizeCosts(this.#queriesUntilSuccess),
      },
      times: {
        attack: mean(this.#sums.attack),
        around: mean(this.#sums.around),
        untilSuccess: summarizeCosts(this.#secondsUntilSuccess),
      },
    };
  }
}
