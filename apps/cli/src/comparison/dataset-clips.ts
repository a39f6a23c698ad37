import { createHash } from 'node:crypto';
import { demoActionsCache } from '@msanet/demo-actions';
import type { ComparedClip, Experiment, Manifest } from '@msanet/evaluation';
import { MsanetError } from '@msanet/core';
import {
  checkDataset,
  publishedAccuracy,
  readClipReferences,
  readDataset,
  selectDatasetClips,
  type Dataset,
  type DatasetOptions,
  type DatasetProblem,
} from '@msanet/video';

/** The clips of a comparison. */
export interface ChosenClips {
  readonly classes: readonly string[];
  readonly clips: readonly ComparedClip[];
  /** What fixes them, for the manifest. */
  readonly identity: Manifest['dataset'];
  /** Lists that were read. */
  readonly listFiles: readonly string[];
  /** What is missing or damaged; none of it is fatal. */
  readonly problems: readonly DatasetProblem[];
}

/**
 * Reads the data set of an experiment, chooses its clips, and opens each of them for a quick check.
 *
 * @throws MsanetError as `readDataset`, `readClipReferences` and `selectDatasetClips`
 */
export async function chooseClips({ dataset, clips }: Experiment): Promise<ChosenClips> {
  const read = await readDataset(dataset.id, datasetOptions(dataset));
  const problems: DatasetProblem[] = [...read.problems];
  const chosen = selectDatasetClips(
    read.clips,
    clips.kind === 'list'
      ? { kind: 'list', references: await readClipReferences(clips.file) }
      : clips,
    (problem) => problems.push(problem),
  );
  problems.push(...(await checkDataset({ id: read.id, clips: chosen })));
  const compared = chosen.map(({ id, path, label }) => ({ id, path, label }));
  return {
    classes: read.classes,
    clips: compared,
    identity: identityOf(read, compared),
    listFiles: [...read.listFiles, ...(clips.kind === 'list' ? [clips.file] : [])],
    problems,
  };
}

function datasetOptions({ id, root, split, part, list }: Experiment['dataset']): DatasetOptions {
  const place = root ?? (id === 'demo-actions' ? demoActionsCache() : undefined);
  if (place === undefined) {
    throw new MsanetError({
      code: 'OPTION_INVALID',
      where: `data set ${id}`,
      expected: 'the folder that holds it',
      got: 'nothing',
      remedy: 'pass it with --root',
    });
  }
  return {
    root: place,
    // The reader refuses what its format does not have.
    ...(split === null ? {} : { split: split as NonNullable<DatasetOptions['split']> }),
    ...(part === null ? {} : { part: part as NonNullable<DatasetOptions['part']> }),
    ...(list === null ? {} : { list }),
  };
}

function identityOf({ classes }: Dataset, clips: readonly ComparedClip[]): Manifest['dataset'] {
  const hash = createHash('sha256');
  for (const { id, label } of clips) hash.update(`${id}\t${label}\n`);
  return { classes, clips: clips.length, sha256: hash.digest('hex') };
}

/** The lowest accuracy that is published for the victim plugins of an experiment on its data set, by name of the victim. */
export function knownAccuracy({ victims, dataset }: Experiment): Record<string, number> {
  const split = dataset.split ?? 1;
  return Object.fromEntries(
    victims.flatMap(({ name, victim }) => {
      const known = publishedAccuracy.filter(
        (entry) =>
          entry.victim === victim &&
          entry.dataset === dataset.id &&
          (entry.split === split || entry.split === 'mean'),
      );
      return known.length === 0 ? [] : [[name, Math.min(...known.map(({ top1 }) => top1))]];
    }),
  );
}
