import type { Tensor } from '@msanet/tensor';
import {
  customTdnBackbone,
  depthOf,
  differenceReduction,
  hasDifferences,
  tdnBackbone,
  type TdnBackbone,
} from '../architecture/backbone.js';

/**
 * The ResNet that a checkpoint's keys and shapes tell of; undefined where they tell of none.
 *
 * @param prefix what stands before the names of the layers
 */
export function backboneOf(
  tensors: ReadonlyMap<string, Tensor>,
  prefix: string,
): TdnBackbone | undefined {
  const channels = (layer: string): number | undefined =>
    tensors.get(`${prefix}${layer}.weight`)?.shape[0];
  const stem = channels('conv1');
  const widths: number[] = [];
  const blocks: number[] = [];
  for (let stage = 0; ; stage++) {
    const name = (block: number) => `layer${stage + 1}_bak.${block}.conv1`;
    const width = channels(name(0));
    if (width === undefined) break;
    if (hasDifferences(stage) && width % differenceReduction !== 0) return undefined;
    widths.push(width);
    let count = 1;
    while (channels(name(count)) !== undefined) count++;
    blocks.push(count);
  }
  if (!stem || widths.length === 0 || widths.includes(0)) return undefined;
  const block = channels('layer1_bak.0.conv3') === undefined ? 'basic' : 'bottleneck';
  return named({ block, blocks, stem, widths });
}

/** Gives the network the name of the depth that it has, or one that says its blocks. */
function named(options: Omit<TdnBackbone, 'features' | 'name'>): TdnBackbone {
  const { block, blocks, stem, widths } = options;
  const depth = depthOf(options);
  const usual = widths.every((width, stage) => width === stem * 2 ** stage);
  if (depth !== undefined && usual) return tdnBackbone(depth, stem / 64);
  return customTdnBackbone({ ...options, name: `ResNet of ${blocks.join(' + ')} ${block} blocks` });
}
