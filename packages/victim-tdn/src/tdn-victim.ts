import type { VictimModel } from '@msanet/core';
import type { GraphRuntime } from '@msanet/onnx';
import { createOnnxVictim } from '@msanet/victim-onnx';
import { buildTdn } from './architecture/build-tdn.js';
import { framesPerSegment, type TdnConfig } from './architecture/config.js';
import type { TdnWeights } from './architecture/weights.js';
import { segmentGroupSampling } from './segment-group-sampling.js';

/** What makes TDN weights a victim model. */
export interface TdnVictimOptions {
  /** What the victim is called; `tdn` by default. */
  readonly id?: string;
  readonly config: TdnConfig;
  /**
   * Gives the weights; asked once for every graph that is compiled, so that they need not be kept in memory.
   */
  readonly weights: () => TdnWeights | Promise<TdnWeights>;
  /** Class names in the order of the logits; those of UCF-101 or HMDB-51 by default where their number fits. */
  readonly labels?: readonly string[] | undefined;
  readonly runtime: GraphRuntime;
}

/**
 * Makes a victim model of a TDN network. Frames are taken as at TDN's test time, five in a row from each segment, scaled so
 * that the short side is 256 pixels for an input of 224, and cropped at the centre.
 *
 * @throws MsanetError `OPTION_INVALID` for a configuration outside its domain, `GRAPH_INVALID` for weights of another one,
 *   `LABELS_INVALID`
 */
export function createTdnVictim(options: TdnVictimOptions): Promise<VictimModel> {
  const { id = 'tdn', config, weights, labels, runtime } = options;
  const { inputSize, segments } = config;
  return createOnnxVictim({
    id,
    labels,
    input: { frames: segments * framesPerSegment, height: inputSize, width: inputSize },
    sampling: segmentGroupSampling(segments),
    geometry: { shortSide: Math.round((inputSize * 256) / 224) },
    model: async (batch) => buildTdn(config, await weights(), { batch }),
    runtime,
  });
}
