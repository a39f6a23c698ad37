import { readCheckpoint } from '@msanet/checkpoint';
import type { TsmConfig } from '../architecture/config.js';
import type { TsmWeights } from '../architecture/weights.js';
import { configuredNumber } from './configured-number.js';
import { readTsmWeights } from './read-weights.js';
import { recognizeTsm } from './recognize.js';

/** What a checkpoint does not say, or says only sometimes. */
export interface TsmCheckpointOptions {
  /** Frames per clip; by default what an MMAction2 checkpoint says, else 8. */
  readonly segments?: number | undefined;
  /** One part in this many of the channels moves each way; by default likewise. */
  readonly shiftDivisor?: number | undefined;
  /** Height and width of a frame, in pixels. Default 224. */
  readonly inputSize?: number | undefined;
}

/** A TSM network as a checkpoint holds it. */
export interface TsmCheckpoint {
  readonly config: TsmConfig;
  readonly weights: TsmWeights;
}

/**
 * Reads a TSM checkpoint: of the authors' code, with or without DataParallel's `module.`, or of MMAction2. The image
 * network, the number of classes and the placement of the shift are recognised from its tensors.
 *
 * @throws MsanetError `FILE_NOT_FOUND`, `CHECKPOINT_INVALID`, or `CHECKPOINT_MISMATCH` naming what is missing, unexpected
 *   or of the wrong shape
 */
export async function readTsmCheckpoint(
  path: string,
  { segments, shiftDivisor, inputSize = 224 }: TsmCheckpointOptions = {},
): Promise<TsmCheckpoint> {
  const { tensors, metadata } = await readCheckpoint(path);
  const { network, naming } = recognizeTsm(tensors, path);
  const config: TsmConfig = {
    ...network,
    segments: segments ?? configuredNumber(metadata, 'num_segments') ?? 8,
    shiftDivisor: shiftDivisor ?? configuredNumber(metadata, 'shift_div') ?? 8,
    inputSize,
  };
  return { config, weights: readTsmWeights(tensors, config, naming) };
}
