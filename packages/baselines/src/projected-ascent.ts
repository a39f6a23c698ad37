import {
  clipAt,
  copyClips,
  isZeroBudget,
  selectClips,
  type AttackContext,
  type ClipBatch,
  type GradientJudgement,
  type LossForm,
} from '@msanet/core';
import { MsanetError } from '@msanet/tensor';
import { ascentStep, randomStart, type AscentNorm } from './ascent-step.js';

/** How to climb. */
export interface AscentPlan {
  readonly steps: number;
  /** Length of one step in the norm of the budget, given its ε. */
  stepSize(epsilon: number): number;
  readonly randomStart: boolean;
  /** Starts in all; the adversarial clip of the first that succeeds is kept. */
  readonly restarts: number;
  readonly loss: LossForm;
  /** Whether a clip is dropped as soon as it is adversarial after rounding to 8 bits. */
  readonly earlyStop: boolean;
}

/**
 * Projected steepest ascent on the loss: the skeleton of FGSM, BIM and PGD.
 *
 * x ← Π(x + α · d), with d the steepest direction of the norm. Gradients are taken at the float iterate, as in the
 * papers. With early stopping, an iterate that is adversarial as it is costs one query more: its rounded version is
 * asked about, and if that holds, the clip is done and leaves the batch.
 *
 * @returns the last iterate of each clip, or its rounded version where it stopped early
 */
export async function projectedAscent(
  context: AttackContext,
  plan: AscentPlan,
): Promise<ClipBatch> {
  const { budget, clips } = context;
  const result = copyClips(clips);
  if (isZeroBudget(budget)) return result;
  if (budget.norm !== 'linf' && budget.norm !== 'l2') {
    throw new MsanetError({
      code: 'CAPABILITY_MISSING',
      where: 'projected ascent',
      expected: 'a budget of norm linf or l2',
      got: budget.norm,
      remedy: 'choose another norm or attack',
    });
  }
  const ball = { norm: budget.norm, epsilon: budget.epsilon };
  let remaining = Array.from({ length: clips.shape[0] }, (_, clip) => clip);
  for (let start = 0; start < plan.restarts && remaining.length > 0; start++) {
    remaining = await climb(context, plan, ball, start, remaining, result);
  }
  return result;
}

/** One start. Writes where each clip ended to `result`; returns the clips that did not stop early. */
async function climb(
  context: AttackContext,
  plan: AscentPlan,
  { norm, epsilon }: { readonly norm: AscentNorm; readonly epsilon: number },
  start: number,
  clips: readonly number[],
  result: ClipBatch,
): Promise<number[]> {
  const stepSize = plan.stepSize(epsilon);
  let of = [...clips];
  let rows = selectClips(context.clips, of);
  if (plan.randomStart) {
    of.forEach((clip, row) =>
      randomStart(clipAt(rows, row), norm, epsilon, context.random(clip).fork(`start ${start}`)),
    );
    context.project(rows, of);
  }
  for (let step = 1; step <= plan.steps; step++) {
    const answer = await context.victim.lossGradient(rows, of, plan.loss);
    context.report({ step, steps: plan.steps, of, loss: answer.loss });
    const done = plan.earlyStop
      ? await settle(context, rows, of, answer, result)
      : new Set<number>();
    const open = of.flatMap((_, row) => (done.has(row) ? [] : [row]));
    if (open.length === 0) return [];
    if (done.size > 0) {
      of = open.map((row) => of[row]);
      rows = selectClips(rows, open);
    }
    open.forEach((from, row) =>
      ascentStep(clipAt(rows, row), clipAt(answer.gradient, from), norm, stepSize),
    );
    context.project(rows, of);
  }
  of.forEach((clip, row) => clipAt(result, clip).set(clipAt(rows, row)));
  return of;
}

/** Finds the rows whose rounded version is adversarial, and keeps that version. */
async function settle(
  context: AttackContext,
  rows: ClipBatch,
  of: readonly number[],
  { adversarial }: GradientJudgement,
  result: ClipBatch,
): Promise<Set<number>> {
  const candidates = of.flatMap((clip, row) =>
    adversarial[row] && context.victim.queriesLeft(clip) > 0 ? [row] : [],
  );
  if (candidates.length === 0) return new Set();
  const rounded = selectClips(rows, candidates);
  const asked = candidates.map((row) => of[row]);
  context.round(rounded, asked);
  const judgement = await context.victim.predict(rounded, asked);
  const done = candidates.filter((_, index) => judgement.adversarial[index]);
  candidates.forEach((row, index) => {
    if (judgement.adversarial[index]) clipAt(result, of[row]).set(clipAt(rounded, index));
  });
  return new Set(done);
}
