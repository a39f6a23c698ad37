import { readCheckpoint } from '@msanet/checkpoint';
import type { TsmConfig } from '../architecture/config.js';
import type { TsmWeights } from '../architecture/weights.js';
import { configuredNumber } from './configured-number.js';
import { readTsmWeights } from './read-weights.js';
import { matchTsm, recognizeTsm } from './recognize.js';
import { expectClasses, storedNetwork } from './stored-network.js';

/** What a checkpoint does not say, or says only sometimes. */
export interface TsmCheckpointOptions {
  /** Frames per clip; by default what the checkpoint says, if it is MMAction2's or msanet's, else 8. */
  readonly segments?: number | undefined;
  /** One part in this many of the channels moves each way; by default likewise. */
  readonly shiftDivisor?: number | undefined;
  /** Height and width of a frame, in pixels; by default what the checkpoint says, if it is msanet's, else 224. */
  readonly inputSize?: number | undefined;
}

/** A TSM network as a checkpoint holds it. */
export interface TsmCheckpoint {
  readonly config: TsmConfig;
  readonly weights: TsmWeights;
  /** Class names in the order of the logits, where the checkpoint says. */
  readonly labels?: readonly string[];
}

/**
 * Reads a TSM checkpoint: of the authors' code, with or without DataParallel's `module.`, of MMAction2, or of
 * `msanet train`, which describes its network in the metadata. Without such a description, the image network, the number
 * of classes and the placement of the shift are recognised from the tensors.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `CHECKPOINT_INVALID`, or `CHECKPOINT_MISMATCH` naming what is missing, unexpected
 *   or of the wrong shape
 */
export async function readTsmCheckpoint(
  path: string,
  { segments, shiftDivisor, inputSize }: TsmCheckpointOptions = {},
): Promise<TsmCheckpoint> {
  const { tensors, metadata } = await readCheckpoint(path);
  const stored = storedNetwork(metadata, path);
  const { network, naming } =
    stored === undefined ? recognizeTsm(tensors, path) : matchTsm(tensors, stored.config, path);
  if (stored !== undefined) expectClasses(stored, network.classes, path);
  const config: TsmConfig = {
    ...network,
    segments:
      segments ?? stored?.config.segments ?? configuredNumber(metadata, 'num_segments') ?? 8,
    shiftDivisor:
      shiftDivisor ?? stored?.config.shiftDivisor ?? configuredNumber(metadata, 'shift_div') ?? 8,
    inputSize: inputSize ?? stored?.config.inputSize ?? 224,
  };
  const weights = readTsmWeights(tensors, config, naming);
  return stored === undefined ? { config, weights } : { config, weights, labels: stored.labels };
}
