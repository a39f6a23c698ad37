import { MsanetError } from '@msanet/tensor';

/**
 * The ResNet that TDN is built on (He et al., CVPR 2016, arXiv:1512.03385). The published networks have bottlenecks, with
 * the stride on their 3×3 convolution. Basic blocks, with the stride on the first convolution, are for small victims.
 */
export interface TdnBackbone {
  /** What people call it: `ResNet-50`. */
  readonly name: string;
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  /** Channels of the two stems, which are added. */
  readonly stem: number;
  /** Channels inside the blocks of each stage; a bottleneck gives four times as many. Multiples of 16 from the second on. */
  readonly widths: readonly number[];
  /** Channels that reach the classifier. */
  readonly features: number;
}

/** The depths that have a name; 50 and 101 are published. */
export type TdnDepth = 18 | 34 | 50 | 101;

const depths: Readonly<Record<TdnDepth, Pick<TdnBackbone, 'block' | 'blocks'>>> = {
  18: { block: 'basic', blocks: [2, 2, 2, 2] },
  34: { block: 'basic', blocks: [3, 4, 6, 3] },
  50: { block: 'bottleneck', blocks: [3, 4, 6, 3] },
  101: { block: 'bottleneck', blocks: [3, 4, 23, 3] },
};

/** One part in so many of the channels carries the differences of frames. */
export const differenceReduction = 16;

/**
 * A ResNet of a known depth, its channels times `width`.
 *
 * @throws MsanetError `OPTION_INVALID`
 */
export function tdnBackbone(depth: TdnDepth, width = 1): TdnBackbone {
  return customTdnBackbone({
    ...depths[depth],
    name: `ResNet-${depth}${width === 1 ? '' : ` ×${width}`}`,
    stem: Math.round(64 * width),
    widths: [64, 128, 256, 512].map((channels) => Math.round(channels * width)),
  });
}

/**
 * A ResNet of any number of stages, blocks and channels.
 *
 * @throws MsanetError `OPTION_INVALID` for numbers that are not positive integers, for no stage, and for channels of a
 *   later stage that are no multiple of 16
 */
export function customTdnBackbone(options: Omit<TdnBackbone, 'features'>): TdnBackbone {
  const { block, blocks, stem, widths } = options;
  const positive = [stem, ...blocks, ...widths].every(
    (value) => Number.isInteger(value) && value > 0,
  );
  const divisible = widths.every(
    (width, stage) => !hasDifferences(stage) || width % differenceReduction === 0,
  );
  if (positive && divisible && blocks.length > 0 && blocks.length === widths.length) {
    return { ...options, features: widths[widths.length - 1] * expansionOf(block) };
  }
  throw new MsanetError({
    code: 'OPTION_INVALID',
    where: 'TDN, backbone',
    expected: `positive integers, as many blocks as widths, widths after the first multiples of ${differenceReduction}`,
    got: `stem ${stem}, blocks ${blocks.join(', ')}, widths ${widths.join(', ')}`,
    remedy: 'choose other numbers',
  });
}

/** The depth whose stages have these blocks, if it has a name. */
export function depthOf({ block, blocks }: Pick<TdnBackbone, 'block' | 'blocks'>) {
  const found = Object.entries(depths).find(
    ([, depth]) => depth.block === block && depth.blocks.join() === blocks.join(),
  );
  return found === undefined ? undefined : (Number(found[0]) as TdnDepth);
}

/** Whether the blocks of a stage (from 0) look at the differences between segments: all but the first do. */
export function hasDifferences(stage: number): boolean {
  return stage > 0;
}

/** Channels that a block gives, per channel inside. */
export function expansionOf(block: TdnBackbone['block']): number {
  return block === 'basic' ? 1 : 4;
}
