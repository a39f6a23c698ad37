import type { VictimModel } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { createOnnxVictim, segmentSampling } from '@msanet/victim-onnx';
import { buildTsm } from './architecture/build-tsm.js';
import type { TsmConfig } from './architecture/config.js';
import type { TsmWeights } from './architecture/weights.js';

/** What makes TSM weights a victim model. */
export interface TsmVictimOptions {
  /** What the victim is called; `tsm` by default. */
  readonly id?: string;
  readonly config: TsmConfig;
  /**
   * Gives the weights; asked once for every graph that is compiled, so that they need not be kept in memory.
   */
  readonly weights: () => TsmWeights | Promise<TsmWeights>;
  /** Class names in the order of the logits; those of UCF-101 or HMDB-51 by default where their number fits. */
  readonly labels?: readonly string[] | undefined;
  readonly runtime: GraphRuntime;
}

/**
 * Makes a victim model of a TSM network. Frames are taken as at TSM's test time, one from the middle of each segment,
 * scaled so that the short side is 256 pixels for an input of 224, and cropped at the centre.
 *
 * @throws MsanetError `OPTION_INVALID` for a configuration outside its domain, `GRAPH_INVALID` for weights of another one,
 *   `LABELS_INVALID`
 */
export function createTsmVictim(options: TsmVictimOptions): Promise<VictimModel> {
  const { id = 'tsm', config, weights, labels, runtime } = options;
  const { inputSize, segments } = config;
  return createOnnxVictim({
    id,
    labels,
    input: { frames: segments, height: inputSize, width: inputSize },
    sampling: segmentSampling(segments),
    geometry: { shortSide: Math.round((inputSize * 256) / 224) },
    model: async (batch) => buildTsm(config, await weights(), batch),
    runtime,
  });
}
