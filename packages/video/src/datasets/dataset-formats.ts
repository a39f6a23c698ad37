import { MsanetError } from '@msanet/tensor';
import type { Dataset, DatasetFormat, DatasetOptions } from './dataset.js';
import { classFolders } from './class-folders.js';
import { clipList } from './clip-list.js';
import { hmdb51 } from './hmdb51.js';
import { demoActions, ucf101 } from './ucf101.js';

/** The data sets that can be read. */
export const datasetFormats: readonly DatasetFormat[] = [
  ucf101,
  hmdb51,
  demoActions,
  classFolders,
  clipList,
];

/**
 * Reads a data set: its lists and what its folders hold. No clip is opened; `checkDataset` does that.
 *
 * Clips that are named but not there, and lines that cannot be understood, become problems of the result.
 *
 * @param id of one of `datasetFormats`
 * @throws MsanetError `OPTION_INVALID` for an unknown id or an option that does not fit, `FILE_NOT_FOUND` when the root or a
 *   list does not exist, `DATASET_INVALID` when nothing of the data set is found there
 */
export async function readDataset(id: string, options: DatasetOptions): Promise<Dataset> {
  const format = datasetFormats.find((candidate) => candidate.id === id);
  if (format !== undefined) return format.read(options);
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'data set',
    expected: datasetFormats.map((known) => known.id).join(', '),
    got: id,
    remedy: 'choose one of them',
  });
}
