import { clipAt, copyClips, selectClips, type AttackContext, type ClipBatch } from '@msanet/core';
import { contextOf } from './partial-context.js';

/** One attack of an ensemble. */
export interface EnsembleMember {
  readonly id: string;
  perturb(context: AttackContext): Promise<ClipBatch>;
}

/**
 * Lets attacks try one after the other, each on the clips that resisted all before it.
 *
 * What a member returns is rounded to 8 bits inside the budget and asked about with one forward query per clip: a clip is
 * done where that is adversarial; else the version with the highest margin is kept. A clip without a query left keeps what
 * it has. Each member draws from streams of its own, so it does the same whoever tried before it.
 */
export async function attackInTurn(
  context: AttackContext,
  members: readonly EnsembleMember[],
): Promise<ClipBatch> {
  const { clips, criteria, victim } = context;
  const result = copyClips(clips);
  const margins = new Float64Array(criteria.length).fill(-Infinity);
  let open = [...criteria.keys()];
  for (const member of members) {
    open = open.filter((clip) => victim.queriesLeft(clip) > 0);
    if (open.length === 0) break;
    const found = copyClips(await member.perturb(contextOf(context, open, member.id)));
    context.round(found, open);
    open.forEach((clip, row) => {
      // Better a version that nobody judged than the clean clip.
      if (margins[clip] === -Infinity) clipAt(result, clip).set(clipAt(found, row));
    });
    const rows = [...open.keys()].filter((row) => victim.queriesLeft(open[row]) > 0);
    if (rows.length === 0) break;
    const of = rows.map((row) => open[row]);
    const { adversarial, margin } = await victim.predict(selectClips(found, rows), of);
    of.forEach((clip, index) => {
      if (margin[index] <= margins[clip]) return;
      margins[clip] = margin[index];
      clipAt(result, clip).set(clipAt(found, rows[index]));
    });
    open = of.filter((_, index) => !adversarial[index]);
  }
  return result;
}
