import { changeInLevels, isOnGrid } from '@msanet/simd';
import { MsanetError, formatShape } from '@msanet/tensor';
import type { GradientJudgement, Judgement, MeteredVictim } from './attack.js';
import type { Budget } from './budget.js';
import { clipAt, clipSize, type ClipBatch } from './clip.js';
import { adversarialMargin, isAdversarial, type Criterion } from './criterion.js';
import { toLevels } from './eight-bit.js';
import { logitsOf, type Logits } from './logits.js';
import { checkLoss, lossFor, namesClasses, type Loss, type LossForm } from './loss.js';
import { isChangeInside } from './rounding.js';
import { checkLogits, checkLossGradient } from './victim-answers.js';
import type { VictimModel } from './victim-model.js';

/** How often the victim was asked about a clip. */
export interface QueryCount {
  /** Forward passes without a gradient. */
  readonly forward: number;
  /** Forward passes with a gradient. */
  readonly gradient: number;
}

/** The smallest adversarial version of a clip that was ever asked about, on the 8-bit grid and inside the budget. */
export interface SeenAdversarial {
  readonly levels: Uint8Array;
  /** Sum of the absolute perturbation, in 8-bit levels. */
  readonly size: number;
}

/** What the ledger holds for one clip. */
export interface ClipLedger {
  forward: number;
  gradient: number;
  /** Queries up to and including the first adversarial answer to a clip inside the budget, on the 8-bit grid or not. */
  firstSuccess: QueryCount | undefined;
  best: SeenAdversarial | undefined;
}

/** What the meter needs to know. */
export interface MeterOptions {
  readonly victim: VictimModel;
  /** The clean clips, on the 8-bit grid. */
  readonly clips: ClipBatch;
  readonly criteria: readonly Criterion[];
  readonly budget: Budget;
  /** Most queries of both kinds together, per clip. */
  readonly queryLimit: number;
  readonly signal: AbortSignal;
}

/**
 * Counts every question to a victim, holds the hard query limit, and remembers the smallest adversarial clip that the
 * victim was asked about.
 */
export class VictimMeter implements MeteredVictim {
  readonly ledger: readonly ClipLedger[];
  readonly #options: MeterOptions;

  constructor(options: MeterOptions) {
    this.#options = options;
    const batch = options.clips.shape[0];
    this.ledger = Array.from({ length: batch }, () => ({
      forward: 0,
      gradient: 0,
      firstSuccess: undefined,
      best: undefined,
    }));
  }

  get id(): string {
    return this.#options.victim.id;
  }

  get labels(): readonly string[] {
    return this.#options.victim.labels;
  }

  get input(): VictimModel['input'] {
    return this.#options.victim.input;
  }

  get supports(): VictimModel['supports'] {
    return this.#options.victim.supports;
  }

  queriesLeft(clip: number): number {
    const { forward, gradient } = this.ledger[clip];
    return this.#options.queryLimit - forward - gradient;
  }

  async predict(clips: ClipBatch, of: readonly number[]): Promise<Judgement> {
    const { victim } = this.#options;
    this.#checkQuestion(clips, of);
    this.#charge(of, 'forward');
    const logits = await victim.predict(clips);
    checkLogits(logits, of.length, victim);
    return this.#judge(clips, of, logits);
  }

  async lossGradient(
    clips: ClipBatch,
    of: readonly number[],
    asked: LossForm | Loss,
  ): Promise<GradientJudgement> {
    const { victim, criteria } = this.#options;
    this.#checkQuestion(clips, of);
    const ownCriteria = of.map((clip) => criteria[clip]);
    const loss = namesClasses(asked) ? asked : lossFor(asked, ownCriteria);
    checkLoss(loss, of.length, victim.labels.length, `victim ${victim.id}`);
    this.#charge(of, 'gradient');
    const answer = await victim.lossGradient(clips, loss);
    checkLossGradient(answer, clips, victim);
    const judgement = this.#judge(clips, of, answer.logits);
    return { ...judgement, loss: answer.loss, gradient: answer.gradient };
  }

  #checkQuestion(clips: ClipBatch, of: readonly number[]): void {
    const { signal, victim } = this.#options;
    if (signal.aborted) {
      throw new MsanetError({
        code: 'ABORTED',
        where: `victim ${victim.id}`,
        expected: 'an attack that may go on',
        got: 'an interruption',
        remedy: 'what was found until then is kept',
        cause: signal.reason,
      });
    }
    const known = of.every((clip) => this.ledger[clip] !== undefined);
    if (clips.shape[0] !== of.length || of.length === 0 || !known) {
      throw new MsanetError({
        code: 'ATTACK_FAILED',
        where: `victim ${victim.id}`,
        expected: 'at least one row, each with the index of its clip',
        got: `shape ${formatShape(clips.shape)} for clips [${of.join(', ')}]`,
        remedy: 'pass the clip index of every row',
      });
    }
  }

  /** Counts a question; one that goes beyond the limit is neither asked nor counted. */
  #charge(of: readonly number[], kind: 'forward' | 'gradient'): void {
    const { victim, queryLimit } = this.#options;
    const asked = new Map<number, number>();
    for (const clip of of) asked.set(clip, (asked.get(clip) ?? 0) + 1);
    for (const [clip, count] of asked) {
      if (count <= this.queriesLeft(clip)) continue;
      throw new MsanetError({
        code: 'QUERY_LIMIT',
        where: `victim ${victim.id}, clip ${clip}`,
        expected: `at most ${queryLimit} queries`,
        got: `${count} more after ${queryLimit - this.queriesLeft(clip)}`,
        remedy: 'raise the query limit, or let the attack stop when none are left',
      });
    }
    for (const [clip, count] of asked) this.ledger[clip][kind] += count;
  }

  #judge(clips: ClipBatch, of: readonly number[], logits: Logits): Judgement {
    const { criteria } = this.#options;
    const adversarial = of.map((clip, row) => isAdversarial(logitsOf(logits, row), criteria[clip]));
    const margin = of.map((clip, row) => adversarialMargin(logitsOf(logits, row), criteria[clip]));
    of.forEach((clip, row) => {
      if (adversarial[row]) this.#remember(clip, clipAt(clips, row), clips);
    });
    return { logits, adversarial, margin };
  }

  #remember(clip: number, candidate: Float32Array, clips: ClipBatch): void {
    const entry = this.ledger[clip];
    const { budget } = this.#options;
    const size = clipSize(clips);
    const clean = clipAt(this.#options.clips, clip);
    const onGrid = isOnGrid(candidate);
    if (!onGrid && entry.firstSuccess !== undefined) return;
    const change = changeInLevels(candidate, clean, onGrid);
    if (!isChangeInside(change, candidate, clean, budget, size, onGrid)) return;
    entry.firstSuccess ??= { forward: entry.forward, gradient: entry.gradient };
    if (!onGrid || (entry.best !== undefined && change.sum >= entry.best.size)) return;
    entry.best = { levels: toLevels(candidate), size: change.sum };
  }
}
