import type { VictimModel } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { handOver } from '@msanet/victim-onnx';
import { readTsmCheckpoint, type TsmCheckpointOptions } from './checkpoint/tsm-checkpoint.js';
import { createTsmVictim } from './tsm-victim.js';

/** A checkpoint of TSM, and what it does not say itself. */
export interface OpenTsmOptions extends TsmCheckpointOptions {
  /** What the victim is called; `tsm` by default. */
  readonly id?: string;
  /** Path of the file. */
  readonly checkpoint: string;
  /** Class names in the order of the logits; by default those of the checkpoint, of UCF-101 or of HMDB-51. */
  readonly labels?: readonly string[] | undefined;
}

/**
 * Makes a victim model of a checkpoint. The file is read again for every graph that is compiled, so that its weights need
 * not stay in memory.
 *
 * @throws MsanetError as `readTsmCheckpoint` and `createTsmVictim`
 */
export async function openTsm(
  runtime: GraphRuntime,
  options: OpenTsmOptions,
): Promise<VictimModel> {
  const { id = 'tsm', checkpoint, labels, ...size } = options;
  const read = () => readTsmCheckpoint(checkpoint, size);
  const first = await read();
  return createTsmVictim({
    id,
    config: first.config,
    labels: labels ?? first.labels,
    runtime,
    weights: handOver(first.weights, async () => (await read()).weights),
  });
}
