import {
  clipAt,
  clipSize,
  copyClips,
  emptyClips,
  isZeroBudget,
  logitsOf,
  type AttackContext,
  type ClipBatch,
} from '@msanet/core';
import { firstClips } from '../working-batch.js';
import type { Query, QueryKind, QuerySearch, QuerySubject, Reply } from './query-search.js';

/** What the searches of a batch have in common. */
export interface QueryPlan {
  /** Most forward queries per clip; hard. A lower limit of the request counts instead. */
  readonly maxQueries: number;
  /** Whether a clip is done with its first adversarial candidate; true by default. */
  readonly stopAtFirst?: boolean;
}

/**
 * Searches an adversarial version of each clip by forward queries alone: the skeleton of the query attacks.
 *
 * A clip leaves the batch when one of its candidates is adversarial, when its search ends, or when its queries are used up:
 * not one more is asked. Its adversarial candidate is returned; where there is none, or with `stopAtFirst` off, it is the
 * version inside the budget with the highest margin that was asked about, and the clean clip where none was.
 *
 * Every clip that is still open asks one question per round. Beside what the searches hold, there is one buffer of the size
 * of the batch.
 */
export async function queryEach(
  context: AttackContext,
  plan: QueryPlan,
  search: (subject: QuerySubject) => QuerySearch,
): Promise<ClipBatch> {
  const result = copyClips(context.clips);
  if (isZeroBudget(context.budget)) return result;
  const side = new QueriesSideBySide(context, plan, result, search);
  for (let round = 1; side.isOpen; round++) await side.ask(round);
  return result;
}

/** A search under way, with the question that it waits on. */
interface OpenSearch {
  readonly clip: number;
  readonly search: QuerySearch;
  query: Query;
}

class QueriesSideBySide {
  readonly #context: AttackContext;
  readonly #plan: QueryPlan;
  readonly #result: ClipBatch;
  readonly #buffer: ClipBatch;
  /** Margin of each version in the result, where it was asked about. */
  readonly #margins: Float64Array;
  #open: readonly OpenSearch[];

  constructor(
    context: AttackContext,
    plan: QueryPlan,
    result: ClipBatch,
    search: (subject: QuerySubject) => QuerySearch,
  ) {
    const { clips, criteria, budget, random } = context;
    this.#context = context;
    this.#plan = plan;
    this.#result = result;
    this.#buffer = emptyClips(criteria.length, clipSize(clips));
    this.#margins = new Float64Array(criteria.length).fill(-Infinity);
    const affordable = criteria.flatMap((_, clip) => (this.#canAsk(clip, 1) ? [clip] : []));
    this.#open = affordable.flatMap((clip) => {
      const own = search({
        clean: clipAt(clips, clip),
        criterion: criteria[clip],
        budget,
        size: clipSize(clips),
        random: random(clip),
      });
      const first = own.next();
      return first.done ? [] : [{ clip, search: own, query: first.value }];
    });
  }

  /** Whether a search waits on an answer. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  /** Answers the question of every open search: the `round`-th of each. */
  async ask(round: number): Promise<void> {
    const open = this.#open;
    const of = open.map(({ clip }) => clip);
    const rows = firstClips(this.#buffer, open.length);
    open.forEach(({ clip, query }, row) => {
      const values = clipAt(rows, row);
      values.set(query.clip);
      this.#prepare(query.kind, firstClips({ ...rows, data: values }, 1), clip);
    });
    const { logits, margin, adversarial } = await this.#context.victim.predict(rows, of);
    const replies = open.map((_, row): Reply => ({
      logits: logitsOf(logits, row),
      adversarial: adversarial[row],
      margin: margin[row],
    }));
    const { maxQueries, stopAtFirst = true } = this.#plan;
    const done = open.map(
      ({ query }, row) => stopAtFirst && query.kind === 'candidate' && adversarial[row],
    );
    open.forEach(({ clip, query }, row) => {
      const better = query.kind !== 'probe' && margin[row] > this.#margins[clip];
      if (!done[row] && !better) return;
      this.#margins[clip] = margin[row];
      clipAt(this.#result, clip).set(clipAt(rows, row));
    });
    this.#open = open.filter((each, row) => {
      if (done[row] || !this.#canAsk(each.clip, round + 1)) return false;
      const next = each.search.next(replies[row]);
      if (next.done) return false;
      each.query = next.value;
      return true;
    });
    this.#context.report({ step: round, steps: maxQueries, of });
  }

  #canAsk(clip: number, round: number): boolean {
    return round <= this.#plan.maxQueries && this.#context.victim.queriesLeft(clip) >= 1;
  }

  /** Makes a row what the victim is to see. */
  #prepare(kind: QueryKind, row: ClipBatch, clip: number): void {
    switch (kind) {
      case 'probe':
        clampToRange(row.data);
        return;
      case 'iterate':
        this.#context.project(row, [clip]);
        return;
      case 'candidate':
        this.#context.round(row, [clip]);
        return;
    }
  }
}

/** Moves values into [0, 1], in place. */
function clampToRange(values: Float32Array): void {
  for (let index = 0; index < values.length; index++) {
    values[index] = Math.min(1, Math.max(0, values[index]));
  }
}
