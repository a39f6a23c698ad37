import { resolve } from 'node:path';
import { MsanetError } from '@msanet/tensor';
import { localFile } from '../input/local-file.js';
import type { Dataset, DatasetOptions, SplitNumber } from './dataset.js';

/**
 * The absolute path of a data set's root.
 *
 * @throws MsanetError `FILE_NOT_FOUND` when it does not exist, `DATASET_INVALID` when it is a file
 */
export async function datasetRoot(root: string): Promise<string> {
  const path = resolve(root);
  const { kind } = await localFile(path);
  if (kind === 'folder') return path;
  throw invalidDataset(path, 'the folder of a data set', 'a file', 'pass its folder');
}

/**
 * The official split that the options ask for.
 *
 * @throws MsanetError `OPTION_INVALID` when it is none of 1, 2 and 3
 */
export function splitNumber({ split = 1 }: DatasetOptions): SplitNumber {
  if (split === 1 || split === 2 || split === 3) return split;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'split of the data set',
    expected: '1, 2 or 3',
    got: String(split),
    remedy: 'choose one of the three official splits',
  });
}

/**
 * Checks that no official split is asked of a format that has none; 1 is the default of the command line.
 *
 * @throws MsanetError `OPTION_INVALID` otherwise
 */
export function expectNoSplit({ split = 1 }: DatasetOptions, format: string): void {
  if (split === 1) return;
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'split of the data set',
    expected: `no split for the data set \`${format}\``,
    got: String(split),
    remedy: 'leave it out',
  });
}

/**
 * Checks that a data set has a clip to offer.
 *
 * @param what what was looked for, such as `videos or folders of frames of ucf101`
 * @throws MsanetError `DATASET_INVALID` otherwise
 */
export function expectClips(dataset: Dataset, what: string): Dataset {
  if (dataset.clips.length > 0) return dataset;
  const { length } = dataset.problems;
  const first = dataset.problems[0];
  const got =
    first === undefined
      ? 'none'
      : `none (${length} ${length === 1 ? 'problem' : 'problems'}; the first: ${first.id}, ${first.detail})`;
  throw invalidDataset(dataset.root, what, got, 'pass the folder that holds the class folders');
}

/** The error for a root, a list or an entry of a data set. */
export function invalidDataset(
  where: string,
  expected: string,
  got: string,
  remedy: string,
): MsanetError {
  return new MsanetError({ code: 'DATASET_INVALID', where, expected, got, remedy });
}
