import { MsanetError } from '@msanet/tensor';
import type { DatasetClip, DatasetProblem } from './dataset.js';
import { withoutVideoExtension } from './media-name.js';

/**
 * How a list names a clip: by its 0-based index in the order of the split, or by its id or path. Of a path, the folders before
 * the class and the extension do not matter, since published lists hold the paths of their authors' machines.
 */
export type ClipReference = number | string;

/**
 * Finds the clips that references name, in the order of the references, each once.
 *
 * @param report hears of references that name no clip, or one that was named before
 * @throws MsanetError `DATASET_INVALID` when no reference names a clip
 */
export function matchReferences(
  clips: readonly DatasetClip[],
  references: readonly ClipReference[],
  report: (problem: DatasetProblem) => void,
): DatasetClip[] {
  const find = referenceIndex(clips);
  const chosen = new Set<DatasetClip>();
  for (const reference of references) {
    const clip = find(reference);
    const id = clip?.id ?? String(reference);
    if (clip === undefined) {
      const what =
        typeof reference === 'number' ? 'no clip with this index' : 'no clip of this name';
      report({ id, kind: 'missing', detail: `${what} among the ${clips.length} clips found` });
    } else if (chosen.has(clip)) {
      report({ id, kind: 'duplicate', detail: 'named more than once; the first one counts' });
    } else {
      chosen.add(clip);
    }
  }
  if (chosen.size > 0) return [...chosen];
  throw new MsanetError({
    code: 'DATASET_INVALID',
    where: 'list of clips',
    expected: 'ids, paths or indices of clips of the data set',
    got:
      references.length === 0
        ? 'an empty list'
        : `${references.length} entries of which none is one, such as ${String(references[0])}`,
    remedy: 'choose the split and part that the list was made for',
  });
}

/** Looks references up: the whole id first, then the last two parts of a path, then a file name that only one clip has. */
function referenceIndex(
  clips: readonly DatasetClip[],
): (reference: ClipReference) => DatasetClip | undefined {
  const byIndex = new Map<number, DatasetClip>();
  const byId = new Map<string, DatasetClip>();
  const byEnd = new Map<string, DatasetClip | undefined>();
  for (const clip of clips) {
    byIndex.set(clip.index, clip);
    byId.set(clip.id, clip);
    for (const length of [1, 2]) {
      const end = lastParts(clip.id, length);
      byEnd.set(end, byEnd.has(end) && byEnd.get(end) !== clip ? undefined : clip);
    }
  }
  return (reference) => {
    if (typeof reference === 'number') return byIndex.get(reference);
    const path = withoutVideoExtension(reference.replaceAll('\\', '/'));
    return (
      byId.get(reference) ??
      byId.get(path) ??
      byEnd.get(lastParts(path, 2)) ??
      byEnd.get(lastParts(path, 1))
    );
  };
}

function lastParts(path: string, length: number): string {
  return path
    .split('/')
    .filter((part) => part !== '')
    .slice(-length)
    .join('/');
}
