import { clipAt, copyClips, selectClips, type AttackContext, type ClipBatch } from '@msanet/core';
import type { WorkingBatch } from './working-batch.js';

/**
 * What an ascent has found so far: the best version of each clip, and which clips are done.
 *
 * Versions are judged as they will be judged in the end, rounded to 8 bits inside the budget.
 */
export class AscentResults {
  /** The best version of each clip; the clean one until there is a better. */
  readonly clips: ClipBatch;
  readonly #context: AttackContext;
  /** Margin of each version, where it was asked about. */
  readonly #margins: Float64Array;
  readonly #done = new Set<number>();

  constructor(context: AttackContext) {
    this.clips = copyClips(context.clips);
    this.#context = context;
    this.#margins = new Float64Array(context.criteria.length).fill(-Infinity);
  }

  /** The clips that are not done. */
  get open(): number[] {
    return this.#context.criteria.map((_, clip) => clip).filter((clip) => !this.#done.has(clip));
  }

  /**
   * Asks about the 8-bit versions of some rows: one forward query for each that has a query left. Versions that are
   * adversarial are kept, and their clips are done.
   *
   * @param candidates rows that may be adversarial
   * @returns the clips that are done now; their rows are still there
   */
  async confirm(rows: WorkingBatch, candidates: readonly number[]): Promise<Set<number>> {
    const { victim, round } = this.#context;
    const affordable = candidates.filter((row) => victim.queriesLeft(rows.of[row]) > 0);
    if (affordable.length === 0) return new Set();
    const rounded = selectClips(rows.clips, affordable);
    const of = affordable.map((row) => rows.of[row]);
    round(rounded, of);
    const { adversarial } = await victim.predict(rounded, of);
    of.forEach((clip, row) => {
      if (!adversarial[row]) return;
      clipAt(this.clips, clip).set(clipAt(rounded, row));
      this.#done.add(clip);
    });
    return new Set(of.filter((_, row) => adversarial[row]));
  }

  /**
   * Drops the rows of clips that cannot afford so many queries more, and calls these clips done.
   *
   * @param versionOf what to keep of such a clip; its row where not given
   */
  retire(
    rows: WorkingBatch,
    queries: number,
    versionOf: (clip: number, row: number) => Float32Array = (_, row) => rows.row(row),
  ): void {
    const { victim } = this.#context;
    const exhausted = new Set(rows.of.filter((clip) => victim.queriesLeft(clip) < queries));
    rows.of.forEach((clip, row) => {
      if (!exhausted.has(clip)) return;
      // Better an iterate that nobody judged than the clean clip, but no better than one that was judged.
      if (this.#margins[clip] === -Infinity) clipAt(this.clips, clip).set(versionOf(clip, row));
      this.#done.add(clip);
    });
    rows.drop(exhausted);
  }

  /** Keeps the rows as they are, unasked. */
  keep(rows: WorkingBatch): void {
    rows.of.forEach((clip, row) => clipAt(this.clips, clip).set(rows.row(row)));
  }

  /**
   * Asks about the 8-bit versions of all rows, one forward query per clip, and keeps those with a higher margin than what
   * there was.
   *
   * @param settle whether a clip is done once it is adversarial
   */
  async keepBetter(rows: WorkingBatch, settle: boolean): Promise<void> {
    const { victim, round } = this.#context;
    this.retire(rows, 1);
    const { of } = rows;
    if (of.length === 0) return;
    const rounded = copyClips(rows.clips);
    round(rounded, of);
    const { margin, adversarial } = await victim.predict(rounded, of);
    of.forEach((clip, row) => {
      if (margin[row] <= this.#margins[clip]) return;
      clipAt(this.clips, clip).set(clipAt(rounded, row));
      this.#margins[clip] = margin[row];
      if (adversarial[row] && settle) this.#done.add(clip);
    });
  }
}
