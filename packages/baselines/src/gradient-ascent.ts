import {
  MsanetError,
  clipAt,
  clipSize,
  copyClips,
  selectClips,
  type AttackContext,
  type Budget,
  type ClipBatch,
  type LossForm,
} from '@msanet/core';
import { randomStart } from './random-start.js';
import { steepestStep, type BallBudget } from './steepest-step.js';
import { WorkingBatch } from './working-batch.js';

/** How gradient ascent proceeds. */
export interface AscentOptions {
  /** What is ascended. */
  readonly loss: LossForm;
  /** Gradient steps per start, at least 1. */
  readonly steps: number;
  /** Length of a step, in the unit of the budget's epsilon. */
  readonly stepSize: number;
  /** Whether it starts at a random point of the ball; else at the clean clip. */
  readonly randomStart: boolean;
  /** How often it starts, at least 1; more than once only makes sense at random. */
  readonly restarts: number;
  /**
   * Whether a clip is dropped as soon as it is adversarial: when an iterate is, its 8-bit version is asked about with one
   * more forward query, and if that holds the clip is done. Otherwise every step is taken.
   */
  readonly earlyStop: boolean;
}

/**
 * Projected gradient ascent, the skeleton of FGSM and PGD: p ← Π(p + α · steepest direction of ∇L(p)).
 *
 * Cost of a step: one gradient query per clip, and one forward query when an iterate is adversarial and `earlyStop` is
 * set. With several restarts the last iterate of each costs one more forward query; the one with the highest margin is
 * returned. A clip that has no queries left keeps what it has.
 *
 * @returns the last iterates, or of each clip its first adversarial 8-bit version with `earlyStop`
 */
export async function gradientAscent(
  context: AttackContext,
  options: AscentOptions,
): Promise<ClipBatch> {
  const ascent = new Ascent(context, options);
  for (let start = 0; start < options.restarts; start++) await ascent.climb(start);
  return ascent.result;
}

/** One run of gradient ascent on the clips of a context. */
class Ascent {
  /** The best version of each clip so far. */
  readonly result: ClipBatch;
  readonly #context: AttackContext;
  readonly #options: AscentOptions;
  readonly #budget: BallBudget;
  /** Margin of each result, where it was asked about. */
  readonly #margins: Float64Array;
  /** Clips that need no further start. */
  readonly #done = new Set<number>();

  constructor(context: AttackContext, options: AscentOptions) {
    this.result = copyClips(context.clips);
    this.#context = context;
    this.#options = options;
    this.#budget = ballBudget(context.budget);
    this.#margins = new Float64Array(context.criteria.length).fill(-Infinity);
  }

  /** Takes all steps from one start, for the clips that are not done. */
  async climb(start: number): Promise<void> {
    const { steps, restarts } = this.#options;
    const open = this.#context.criteria
      .map((_, clip) => clip)
      .filter((clip) => !this.#done.has(clip));
    const rows = new WorkingBatch(this.#context.clips, open);
    this.#start(rows);
    for (let step = 1; step <= steps; step++) {
      this.#retireExhausted(rows);
      if (rows.of.length === 0) return;
      await this.#step(rows, start * steps + step, restarts * steps);
    }
    if (restarts === 1) this.#keep(rows);
    else await this.#keepBetter(rows);
  }

  #start(rows: WorkingBatch): void {
    if (!this.#options.randomStart) return;
    const { clips, random } = this.#context;
    rows.of.forEach((clip, row) =>
      randomStart(rows.row(row), clipAt(clips, clip), random(clip), this.#budget, clipSize(clips)),
    );
  }

  async #step(rows: WorkingBatch, step: number, steps: number): Promise<void> {
    const { victim, clips, report } = this.#context;
    const { loss: form, stepSize, earlyStop } = this.#options;
    const { of } = rows;
    const { adversarial, loss, gradient } = await victim.lossGradient(rows.clips, of, form);
    const confirmed = earlyStop
      ? await this.#confirm(
          rows,
          of.flatMap((_, row) => (adversarial[row] ? [row] : [])),
        )
      : new Set<number>();
    of.forEach((clip, row) => {
      const clean = clipAt(clips, clip);
      const slope = clipAt(gradient, row);
      steepestStep(rows.row(row), clean, slope, stepSize, this.#budget, clipSize(clips));
    });
    rows.drop(confirmed);
    report({ step, steps, of, loss });
  }

  /** Asks about the 8-bit versions of rows; those that are adversarial become results, and their clips are done. */
  async #confirm(rows: WorkingBatch, candidates: readonly number[]): Promise<Set<number>> {
    const { victim, round } = this.#context;
    const affordable = candidates.filter((row) => victim.queriesLeft(rows.of[row]) > 0);
    if (affordable.length === 0) return new Set();
    const rounded = selectClips(rows.clips, affordable);
    const of = affordable.map((row) => rows.of[row]);
    round(rounded, of);
    const { adversarial } = await victim.predict(rounded, of);
    const confirmed = of.filter((_, row) => adversarial[row]);
    of.forEach((clip, row) => {
      if (!adversarial[row]) return;
      clipAt(this.result, clip).set(clipAt(rounded, row));
      this.#done.add(clip);
    });
    return new Set(confirmed);
  }

  /** Ends the climb of clips that cannot afford another gradient. */
  #retireExhausted(rows: WorkingBatch): void {
    const { victim } = this.#context;
    const exhausted = new Set(rows.of.filter((clip) => victim.queriesLeft(clip) < 1));
    rows.of.forEach((clip, row) => {
      if (!exhausted.has(clip)) return;
      // Better an iterate that nobody judged than the clean clip, but no better than one that was judged.
      if (this.#margins[clip] === -Infinity) clipAt(this.result, clip).set(rows.row(row));
      this.#done.add(clip);
    });
    rows.drop(exhausted);
  }

  #keep(rows: WorkingBatch): void {
    rows.of.forEach((clip, row) => clipAt(this.result, clip).set(rows.row(row)));
  }

  /** Judges the 8-bit versions of the last iterates, and keeps those that beat the results of earlier starts. */
  async #keepBetter(rows: WorkingBatch): Promise<void> {
    const { victim, round } = this.#context;
    this.#retireExhausted(rows);
    const { of } = rows;
    if (of.length === 0) return;
    const rounded = copyClips(rows.clips);
    round(rounded, of);
    const { margin, adversarial } = await victim.predict(rounded, of);
    of.forEach((clip, row) => {
      if (margin[row] <= this.#margins[clip]) return;
      clipAt(this.result, clip).set(clipAt(rounded, row));
      this.#margins[clip] = margin[row];
      if (adversarial[row] && this.#options.earlyStop) this.#done.add(clip);
    });
  }
}

/** The budget, known to be one that gradient ascent works in; core has checked it against the attack's requirements. */
function ballBudget(budget: Budget): BallBudget {
  if (budget.norm === 'linf' || budget.norm === 'l2') return budget;
  throw new MsanetError({
    code: 'CAPABILITY_MISSING',
    where: 'gradient ascent',
    expected: 'a budget of norm linf or l2',
    got: budget.norm,
    remedy: 'choose another norm or attack',
  });
}
