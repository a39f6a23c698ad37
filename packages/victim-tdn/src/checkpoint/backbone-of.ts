import type { Tensor } from '@msanet/tensor';
import {
  customTdnBackbone,
  differenceReduction,
  hasDifferences,
  tdnBackbone,
  type TdnBackbone,
  type TdnDepth,
} from '../architecture/backbone.js';

const depths: readonly TdnDepth[] = [18, 34, 50, 101];

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
  return named({ name: '', block, blocks, stem, widths });
}

/** Gives the network the name of the depth that it has, or one that says its blocks. */
function named(options: Omit<TdnBackbone, 'features'>): TdnBackbone {
  const { block, blocks, stem, widths } = options;
  const factor = stem / 64;
  const known = depths
    .map((depth) => tdnBackbone(depth, factor))
    .find(
      (backbone) =>
        backbone.block === block &&
        backbone.blocks.join() === blocks.join() &&
        backbone.widths.join() === widths.join(),
    );
  const name = `ResNet of ${blocks.join(' + ')} ${block} blocks`;
  return known ?? customTdnBackbone({ ...options, name });
}
