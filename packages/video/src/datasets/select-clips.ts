import { MsanetError, Random } from '@msanet/tensor';
import type { DatasetClip, DatasetProblem } from './dataset.js';
import { matchReferences, type ClipReference } from './clip-reference.js';
import { compareText } from './media-name.js';

/** Which clips of a data set are used. */
export type ClipSelection =
  /** Every clip, in the order of the split. */
  | { readonly kind: 'all' }
  /** `count` clips of each class, or as many as it has: the first of every class, then the second of every class, … */
  | { readonly kind: 'per-class'; readonly count: number; readonly seed: number }
  /** `count` clips of all, or as many as there are, in random order. */
  | { readonly kind: 'random'; readonly count: number; readonly seed: number }
  /** The clips of a published list, in its order. */
  | { readonly kind: 'list'; readonly references: readonly ClipReference[] };

/**
 * Selects clips, as a pure function of their ids and of the seed.
 *
 * Each clip draws its rank from a random stream of its own, named by its id. So the order of the clips does not matter, a
 * larger count only adds clips at the end, and a clip that is missing on one machine moves no other: there the next in
 * line takes its place.
 *
 * @param report hears of entries of a list that are no clip here; they are left out
 * @throws MsanetError `OPTION_INVALID` for a count below 1 or a seed that is none, `DATASET_INVALID` when no entry of a list is
 *   among the clips
 */
export function selectDatasetClips(
  clips: readonly DatasetClip[],
  selection: ClipSelection,
  report: (problem: DatasetProblem) => void = () => undefined,
): readonly DatasetClip[] {
  switch (selection.kind) {
    case 'all':
      return [...clips].sort((a, b) => a.index - b.index);
    case 'random':
      checkCount(selection.count);
      return shuffle(clips, selection.seed).slice(0, selection.count);
    case 'per-class':
      checkCount(selection.count);
      return selectPerClass(shuffle(clips, selection.seed), selection.count);
    case 'list':
      return matchReferences(clips, selection.references, report);
  }
}

function shuffle(clips: readonly DatasetClip[], seed: number): DatasetClip[] {
  const random = new Random(seed);
  return clips
    .map((clip) => ({ clip, rank: random.fork(clip.id).uniform() }))
    .sort((a, b) => a.rank - b.rank || compareText(a.clip.id, b.clip.id))
    .map(({ clip }) => clip);
}

function selectPerClass(shuffled: readonly DatasetClip[], count: number): DatasetClip[] {
  const taken = new Map<number, number>();
  const chosen: { clip: DatasetClip; round: number }[] = [];
  for (const clip of shuffled) {
    const round = taken.get(clip.label) ?? 0;
    if (round === count) continue;
    taken.set(clip.label, round + 1);
    chosen.push({ clip, round });
  }
  return chosen
    .sort((a, b) => a.round - b.round || a.clip.label - b.clip.label)
    .map(({ clip }) => clip);
}

function checkCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'number of clips',
    expected: 'a whole number from 1',
    got: String(count),
    remedy: 'ask for at least one clip',
  });
}
