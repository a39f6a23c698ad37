import type { VictimModel } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { handOver } from '@msanet/victim-onnx';
import { readTdnCheckpoint, type TdnCheckpointOptions } from './checkpoint/tdn-checkpoint.js';
import { createTdnVictim } from './tdn-victim.js';

/** A checkpoint of TDN, and what it does not say itself. */
export interface OpenTdnOptions extends TdnCheckpointOptions {
  /** What the victim is called; `tdn` by default. */
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
 * @throws MsanetError as `readTdnCheckpoint` and `createTdnVictim`
 */
export async function openTdn(
  runtime: GraphRuntime,
  options: OpenTdnOptions,
): Promise<VictimModel> {
  const { id = 'tdn', checkpoint, labels, ...size } = options;
  const read = () => readTdnCheckpoint(checkpoint, size);
  const first = await read();
  return createTdnVictim({
    id,
    config: first.config,
    labels: labels ?? first.labels,
    runtime,
    weights: handOver(first.weights, async () => (await read()).weights),
  });
}
