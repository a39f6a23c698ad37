import { readCheckpoint } from '@msanet/checkpoint';
import type { TdnConfig } from '../architecture/config.js';
import type { TdnWeights } from '../architecture/weights.js';
import { readTdnWeights } from './read-weights.js';
import { recognizeTdn } from './recognize.js';

/** What a checkpoint does not say. */
export interface TdnCheckpointOptions {
  /** Groups of five frames per clip. Default 8. */
  readonly segments?: number | undefined;
  /** Height and width of a frame, in pixels. Default 224. */
  readonly inputSize?: number | undefined;
}

/** A TDN network as a checkpoint holds it. */
export interface TdnCheckpoint {
  readonly config: TdnConfig;
  readonly weights: TdnWeights;
  /** Keys of the tensors that the published code stores and never uses. */
  readonly unused: readonly string[];
}

/**
 * Reads a TDN checkpoint of the authors' code, with or without DataParallel's `module.`. The image network and the number
 * of classes are recognised from its tensors.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `CHECKPOINT_INVALID`, or `CHECKPOINT_MISMATCH` naming what is missing, unexpected
 *   or of the wrong shape
 */
export async function readTdnCheckpoint(
  path: string,
  { segments = 8, inputSize = 224 }: TdnCheckpointOptions = {},
): Promise<TdnCheckpoint> {
  const { tensors } = await readCheckpoint(path);
  const { network, naming, unused } = recognizeTdn(tensors, path);
  const weights = readTdnWeights(tensors, network, naming);
  return { config: { ...network, segments, inputSize }, weights, unused };
}
