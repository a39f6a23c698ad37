import { clipAt, clipSize, type AttackContext, type ClipBatch } from '@msanet/core';
import { AscentResults } from './ascent-results.js';
import { randomStart } from './random-start.js';
import type { SlopeSource } from './slope.js';
import { ballBudget, steepestStep } from './steepest-step.js';
import { WorkingBatch } from './working-batch.js';

/** How gradient ascent proceeds. */
export interface AscentOptions {
  /** Steps per start, at least 1. */
  readonly steps: number;
  /** Length of a step, in the unit of the budget's epsilon. */
  readonly stepSize: number;
  /** Whether it starts at a random point of the ball; else at the clean clip. */
  readonly randomStart: boolean;
  /** How often it starts, at least 1; more than once only makes sense at random. */
  readonly restarts: number;
  /**
   * Whether a clip is dropped as soon as it is adversarial: when the version that was asked about is, the 8-bit version of
   * the iterate is asked about with one more forward query, and if that holds the clip is done. Otherwise every step is
   * taken.
   */
  readonly earlyStop: boolean;
  /** Share of the values that an l1 step leaves alone; see `steepestStep`. */
  readonly quantile?: number | undefined;
}

/**
 * Projected gradient ascent, the skeleton of FGSM, PGD and the attacks that average gradients: p ← Π(p + α · steepest
 * direction), where the direction is that of a slope.
 *
 * Cost of a step: what the slope costs, and one forward query when an answer is adversarial and `earlyStop` is set. With
 * several restarts the last iterate of each costs one more forward query; the one with the highest margin is returned. A
 * clip that has too few queries left for a step keeps what it has.
 *
 * @param slope what it steps along
 * @returns the last iterates, or of each clip its first adversarial 8-bit version with `earlyStop`
 */
export async function gradientAscent(
  context: AttackContext,
  slope: SlopeSource,
  options: AscentOptions,
): Promise<ClipBatch> {
  const { restarts, earlyStop } = options;
  const results = new AscentResults(context);
  for (let start = 0; start < restarts; start++) {
    const rows = await climb(context, slope, options, results, start);
    if (restarts === 1) results.keep(rows);
    else await results.keepBetter(rows, earlyStop);
  }
  return results.clips;
}

/** Takes all steps from one start, for the clips that are not done; returns the rows that are left. */
async function climb(
  context: AttackContext,
  slope: SlopeSource,
  options: AscentOptions,
  results: AscentResults,
  start: number,
): Promise<WorkingBatch> {
  const { clips, random, report } = context;
  const { steps, restarts, stepSize, earlyStop, quantile } = options;
  const size = clipSize(clips);
  const budget = ballBudget(context.budget);
  const rows = new WorkingBatch(clips, results.open);
  if (options.randomStart) {
    rows.of.forEach((clip, row) =>
      randomStart(rows.row(row), clipAt(clips, clip), random(clip), budget, size),
    );
  }
  for (let step = 1; step <= steps; step++) {
    results.retire(rows, slope.queries({ step, steps }));
    const { of } = rows;
    if (of.length === 0) break;
    const { adversarial, loss, gradient } = await slope.at(rows, { step, steps });
    const candidates = earlyStop ? [...of.keys()].filter((row) => adversarial[row]) : [];
    const done = await results.confirm(rows, candidates);
    of.forEach((clip, row) => {
      if (done.has(clip)) return;
      const ascent = clipAt(gradient, row);
      steepestStep(rows.row(row), clipAt(clips, clip), ascent, stepSize, budget, size, quantile);
    });
    rows.drop(done);
    report({ step: start * steps + step, steps: restarts * steps, of, loss });
  }
  return rows;
}
