import {
  clipAt,
  clipSize,
  project,
  roundInsideBudget,
  selectClips,
  type AttackContext,
  type Budget,
  type ClipBatch,
} from '@msanet/core';
import type { Random } from '@msanet/tensor';

/**
 * The context of some of the clips, as an attack sees it that knows no others.
 *
 * @param of which clips
 * @param name what the random streams of the attack are called
 */
export function contextOf(
  context: AttackContext,
  of: readonly number[],
  name: string,
): AttackContext {
  const { victim, clips, criteria, budget, signal } = context;
  const outer = (rows: readonly number[]): number[] => rows.map((row) => of[row]);
  const streams = new Map<number, Random>();
  return {
    victim: {
      id: victim.id,
      labels: victim.labels,
      input: victim.input,
      supports: victim.supports,
      predict: (asked, rows) => victim.predict(asked, outer(rows)),
      lossGradient: (asked, rows, loss) => victim.lossGradient(asked, outer(rows), loss),
      queriesLeft: (row) => victim.queriesLeft(of[row]),
    },
    clips: selectClips(clips, of),
    criteria: of.map((clip) => criteria[clip]),
    budget,
    signal,
    random(row) {
      const stream = streams.get(row) ?? context.random(of[row]).fork(name);
      streams.set(row, stream);
      return stream;
    },
    project: (moved, rows) => context.project(moved, outer(rows)),
    round: (moved, rows) => context.round(moved, outer(rows)),
    report: (step) => context.report({ ...step, of: outer(step.of) }),
    attach: (row, picture, values) => context.attach(of[row], picture, values),
  };
}

/** The same context inside a smaller budget. */
export function withinBudget(context: AttackContext, budget: Budget): AttackContext {
  const { clips } = context;
  const size = clipSize(clips);
  const apply = (move: typeof project, moved: ClipBatch, of: readonly number[]): void =>
    of.forEach((clip, row) => move(clipAt(moved, row), clipAt(clips, clip), budget, size));
  return {
    ...context,
    budget,
    project: (moved, of) => apply(project, moved, of),
    round: (moved, of) => apply(roundInsideBudget, moved, of),
  };
}
