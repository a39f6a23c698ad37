import { readCheckpoint } from '@msanet/checkpoint';
import type { TdnConfig } from '../architecture/config.js';
import type { TdnWeights } from '../architecture/weights.js';
import { readTdnWeights } from './read-weights.js';
import { recognizeTdn } from './recognize.js';
import { expectClasses, storedNetwork } from './stored-network.js';

/** What a checkpoint does not say. */
export interface TdnCheckpointOptions {
  /** Groups of five frames per clip; by default what the checkpoint says, if it is msanet's, else 8. */
  readonly segments?: number | undefined;
  /** Height and width of a frame, in pixels; by default likewise, else 224. */
  readonly inputSize?: number | undefined;
}

/** A TDN network as a checkpoint holds it. */
export interface TdnCheckpoint {
  readonly config: TdnConfig;
  readonly weights: TdnWeights;
  /** Keys of the tensors that the published code stores and never uses. */
  readonly unused: readonly string[];
  /** Class names in the order of the logits, where the checkpoint says. */
  readonly labels?: readonly string[];
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
  { segments, inputSize }: TdnCheckpointOptions = {},
): Promise<TdnCheckpoint> {
  const { tensors, metadata } = await readCheckpoint(path);
  const stored = storedNetwork(metadata, path);
  const { network, naming, unused } = recognizeTdn(tensors, path);
  if (stored !== undefined) expectClasses(stored, network.classes, path);
  const weights = readTdnWeights(tensors, network, naming);
  const config: TdnConfig = {
    ...network,
    segments: segments ?? stored?.config.segments ?? 8,
    inputSize: inputSize ?? stored?.config.inputSize ?? 224,
  };
  const read = { config, weights, unused };
  return stored === undefined ? read : { ...read, labels: stored.labels };
}
