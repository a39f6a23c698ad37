import {
  clipAt,
  clipSize,
  emptyClips,
  project,
  type AttackContext,
  type ClipBatch,
  type ClipSize,
  type Loss,
  type LossForm,
} from '@msanet/core';
import { AscentResults } from '../ascent-results.js';
import { randomStart } from '../random-start.js';
import { ballBudget, steepestStep, type BallBudget } from '../steepest-step.js';
import { WorkingBatch } from '../working-batch.js';
import { AdaptiveStep, checkPoints } from './apgd-schedule.js';

/** α, how much of a new iterate is the step; the rest is inertia of the step before. */
const stepShare = 0.75;
/** The first step size, in radii of the ball. */
const firstStepInRadii = 2;

/** How the ascent proceeds. */
export interface ApgdOptions {
  /** Steps per climb, at least 1. */
  readonly steps: number;
  /** Whether a climb starts at a random point of the ball; else at the clean clip. */
  readonly randomStart: boolean;
  /** Whether a clip is dropped once its 8-bit version is adversarial. */
  readonly earlyStop: boolean;
}

/**
 * Auto-PGD, the ascent of `apgd` and `apgd-t`: projected steps with inertia, whose size is halved where the climb gets
 * nowhere, and which then goes on from the best iterate (Croce & Hein, ICML 2020, algorithm 1).
 *
 * z ← Π(p + η · steepest direction), p ← Π(p + α (z − p) + (1 − α)(p − p′)), with p′ the iterate before, α = 0.75 (1 at the
 * first step) and η = 2 ε at first. A climb costs one gradient query per clip for its start and one for each step.
 *
 * @param losses what each climb ascends, given the clips of its rows
 * @returns the iterate of the highest loss; of several climbs the one with the highest margin; with `earlyStop`, of each
 *   clip its first adversarial 8-bit version
 */
export async function apgdAscent(
  context: AttackContext,
  losses: readonly ((of: readonly number[]) => Loss | LossForm)[],
  options: ApgdOptions,
): Promise<ClipBatch> {
  const ascent = new ApgdAscent(context, options, losses.length);
  for (const [climb, lossOf] of losses.entries()) await ascent.climb(climb, lossOf);
  return ascent.results.clips;
}

class ApgdAscent {
  readonly results: AscentResults;
  readonly #context: AttackContext;
  readonly #options: ApgdOptions;
  readonly #climbs: number;
  readonly #size: ClipSize;
  readonly #budget: BallBudget;
  readonly #checkPoints: ReadonlySet<number>;
  /** Of every clip: the iterate before, the gradient at the iterate, and the best iterate with its gradient. */
  readonly #previous: ClipBatch;
  readonly #gradient: ClipBatch;
  readonly #best: ClipBatch;
  readonly #gradientAtBest: ClipBatch;
  /** z, of one clip. */
  readonly #aim: Float32Array;

  constructor(context: AttackContext, options: ApgdOptions, climbs: number) {
    const { clips } = context;
    const empty = (batch: number): ClipBatch => emptyClips(batch, clipSize(clips));
    this.results = new AscentResults(context);
    this.#context = context;
    this.#options = options;
    this.#climbs = climbs;
    this.#size = clipSize(clips);
    this.#budget = ballBudget(context.budget);
    this.#checkPoints = checkPoints(options.steps);
    this.#previous = empty(clips.shape[0]);
    this.#gradient = empty(clips.shape[0]);
    this.#best = empty(clips.shape[0]);
    this.#gradientAtBest = empty(clips.shape[0]);
    this.#aim = empty(1).data;
  }

  /** Climbs once, with the clips that are not done. */
  async climb(climb: number, lossOf: (of: readonly number[]) => Loss | LossForm): Promise<void> {
    const { report } = this.#context;
    const { steps, earlyStop } = this.#options;
    const rows = this.#start();
    const schedules = new Map<number, AdaptiveStep>();
    for (let step = 0; step <= steps; step++) {
      this.results.retire(rows, 1, (clip, row) =>
        step === 0 ? rows.row(row) : clipAt(this.#best, clip),
      );
      const { of } = rows;
      if (of.length === 0) break;
      if (step > 0) this.#move(rows, schedules, step);
      const loss = await this.#ask(rows, lossOf(of), schedules);
      if (this.#checkPoints.has(step)) this.#check(rows, schedules);
      // The start counts as a step as well: it costs as much.
      const [done, all] = [climb * (steps + 1) + step + 1, this.#climbs * (steps + 1)];
      report({ step: done, steps: all, of, loss });
    }
    rows.of.forEach((clip, row) => rows.row(row).set(clipAt(this.#best, clip)));
    if (this.#climbs === 1) this.results.keep(rows);
    else await this.results.keepBetter(rows, earlyStop);
  }

  #start(): WorkingBatch {
    const { clips, random } = this.#context;
    const rows = new WorkingBatch(clips, this.results.open);
    rows.of.forEach((clip, row) => {
      if (this.#options.randomStart) {
        randomStart(rows.row(row), clipAt(clips, clip), random(clip), this.#budget, this.#size);
      }
      clipAt(this.#previous, clip).set(rows.row(row));
    });
    return rows;
  }

  /** Moves every row by one step. */
  #move(rows: WorkingBatch, schedules: ReadonlyMap<number, AdaptiveStep>, step: number): void {
    const share = step === 1 ? 1 : stepShare;
    const aim = this.#aim;
    rows.of.forEach((clip, row) => {
      const iterate = rows.row(row);
      const clean = clipAt(this.#context.clips, clip);
      const gradient = clipAt(this.#gradient, clip);
      const previous = clipAt(this.#previous, clip);
      const length = schedules.get(clip)?.size ?? 0;
      aim.set(iterate);
      steepestStep(aim, clean, gradient, length, this.#budget, this.#size);
      for (let index = 0; index < aim.length; index++) {
        const value = iterate[index];
        const inertia = value - previous[index];
        previous[index] = value;
        iterate[index] = value + share * (aim[index] - value) + (1 - share) * inertia;
      }
      project(iterate, clean, this.#budget, this.#size);
    });
  }

  /** Asks for the gradients of all rows, and notes what is best; rows whose clips are done then drop out. */
  async #ask(
    rows: WorkingBatch,
    asked: Loss | LossForm,
    schedules: Map<number, AdaptiveStep>,
  ): Promise<Float32Array> {
    const { of } = rows;
    const answer = await this.#context.victim.lossGradient(rows.clips, of, asked);
    of.forEach((clip, row) => {
      const gradient = clipAt(answer.gradient, row);
      clipAt(this.#gradient, clip).set(gradient);
      const schedule = schedules.get(clip);
      if (schedule === undefined) {
        const size = firstStepInRadii * this.#budget.epsilon;
        schedules.set(clip, new AdaptiveStep(size, answer.loss[row]));
      } else if (!schedule.note(answer.loss[row])) return;
      clipAt(this.#best, clip).set(rows.row(row));
      clipAt(this.#gradientAtBest, clip).set(gradient);
    });
    if (this.#options.earlyStop) {
      const candidates = [...of.keys()].filter((row) => answer.adversarial[row]);
      rows.drop(await this.results.confirm(rows, candidates));
    }
    return answer.loss;
  }

  /** Reconsiders the step sizes; rows whose size is halved go back to their best iterate. */
  #check(rows: WorkingBatch, schedules: ReadonlyMap<number, AdaptiveStep>): void {
    rows.of.forEach((clip, row) => {
      if (!schedules.get(clip)?.check()) return;
      rows.row(row).set(clipAt(this.#best, clip));
      clipAt(this.#gradient, clip).set(clipAt(this.#gradientAtBest, clip));
    });
  }
}
