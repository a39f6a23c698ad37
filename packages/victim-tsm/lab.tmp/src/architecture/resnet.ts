import type { Shape } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';
import { convolution, maxPool, relu } from './convolution.js';
import type { ShiftPlacement } from './config.js';
import type { BlockPart, ConvolutionLayer } from './layer.js';
import { temporalShift, type Shift } from './temporal-shift.js';
import type { TsmWeights } from './weights.js';

/** A ResNet (He et al., CVPR 2016, arXiv:1512.03385): stride on the 3×3 convolution of a bottleneck, as torchvision has it. */
export interface ResNetBackbone {
  readonly family: 'resnet';
  /** What people call it: `ResNet-50`. */
  readonly name: string;
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  /** Channels of the stem. */
  readonly stem: number;
  /** Channels inside the blocks of each stage; a bottleneck gives four times as many. */
  readonly widths: readonly number[];
  /** Channels that reach the classifier. */
  readonly features: number;
}

/** The depths that have a name. */
export type ResNetDepth = 18 | 34 | 50 | 101;

const depths: Readonly<Record<ResNetDepth, Pick<ResNetBackbone, 'block' | 'blocks'>>> = {
  18: { block: 'basic', blocks: [2, 2, 2, 2] },
  34: { block: 'basic', blocks: [3, 4, 6, 3] },
  50: { block: 'bottleneck', blocks: [3, 4, 6, 3] },
  101: { block: 'bottleneck', blocks: [3, 4, 23, 3] },
};

/** From this many blocks in the third stage on, only every second block of every stage is shifted. */
const deepStage = 23;

/** A ResNet of a published depth, its channels times `width`. */
export function resnetBackbone(depth: ResNetDepth, width = 1): ResNetBackbone {
  return customResNet({
    ...depths[depth],
    name: `ResNet-${depth}${width === 1 ? '' : ` ×${width}`}`,
    stem: Math.round(64 * width),
    widths: [64, 128, 256, 512].map((channels) => Math.round(channels * width)),
  });
}

/** A ResNet of any number of stages, blocks and channels. */
export function customResNet(options: Omit<ResNetBackbone, 'family' | 'features'>): ResNetBackbone {
  const last = options.widths[options.widths.length - 1];
  return { ...options, family: 'resnet', features: last * expansionOf(options.block) };
}

/** The convolutions of a shifted ResNet. */
export function resnetLayers(
  backbone: ResNetBackbone,
  placement: ShiftPlacement,
): ConvolutionLayer[] {
  const stem: ConvolutionLayer = {
    name: 'stem',
    place: { part: 'stem' },
    shape: [backbone.stem, 3, 7, 7],
    shifted: undefined,
  };
  return [stem, ...resnetBlocks(backbone, placement).flatMap((block) => block.layers)];
}

/**
 * The features of normalised frames: (frames, 3, height, width) to (frames, features, height / 32, width / 32).
 *
 * The max-pool of the stem comes before its ReLU. The two commute, and the cheaper order backwards is this one.
 */
export function resnetFeatures(
  builder: GraphBuilder,
  frames: Value,
  { backbone, placement, weights, shift }: ResNetParts,
): Value {
  const [stem] = resnetLayers(backbone, placement);
  const conv = convolution(builder, frames, stem, weights, { stride: 2 });
  const first = process.env['POOL'] === 'after' ? maxPool(builder, relu(builder, conv, 'stem.relu'), 'stem.pool') : relu(builder, maxPool(builder, conv, 'stem.pool'), 'stem.relu');
  return resnetBlocks(backbone, placement).reduce(
    (features, block) => residualBlock(builder, features, block, weights, shift),
    first,
  );
}

/** What a ResNet is built from. */
export interface ResNetParts {
  readonly backbone: ResNetBackbone;
  readonly placement: ShiftPlacement;
  readonly weights: TsmWeights;
  readonly shift: Shift;
}

interface ResNetBlock {
  readonly name: string;
  readonly stride: number;
  readonly layers: readonly ConvolutionLayer[];
}

function residualBlock(
  builder: GraphBuilder,
  input: Value,
  block: ResNetBlock,
  weights: TsmWeights,
  shift: Shift,
): Value {
  const branchLayers = block.layers.filter(({ place }) => place.part !== 'downsample');
  const downsample = block.layers.find(({ place }) => place.part === 'downsample');
  const [first] = branchLayers;
  const entry =
    first.shifted === 'block' ? temporalShift(builder, input, shift, `${block.name}.shift`) : input;
  let branch =
    first.shifted === 'convolution'
      ? temporalShift(builder, entry, shift, `${block.name}.shift`)
      : entry;
  // The stride sits on the first 3×3 convolution.
  const strided = branchLayers.findIndex(({ shape }) => shape[2] === 3);
  branchLayers.forEach((layer, index) => {
    const stride = index === strided ? block.stride : 1;
    branch = convolution(builder, branch, layer, weights, { stride });
    if (index < branchLayers.length - 1) branch = relu(builder, branch, `${layer.name}.relu`);
  });
  const shortcut =
    downsample === undefined
      ? entry
      : convolution(builder, entry, downsample, weights, { stride: block.stride });
  const sum = builder.apply('Add', [branch, shortcut], {}, `${block.name}.sum`);
  return relu(builder, sum, `${block.name}.relu`);
}

function resnetBlocks(backbone: ResNetBackbone, placement: ShiftPlacement): ResNetBlock[] {
  const every = (backbone.blocks[2] ?? 0) >= deepStage && placement === 'blockres' ? 2 : 1;
  const blocks: ResNetBlock[] = [];
  let channels = backbone.stem;
  backbone.blocks.forEach((count, stage) => {
    for (let index = 0; index < count; index++) {
      const name = `layer${stage + 1}.${index}`;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const width = backbone.widths[stage];
      const output = width * expansionOf(backbone.block);
      const wrapped = placement === 'block' ? 'block' : 'convolution';
      const shifted = index % every === 0 ? wrapped : undefined;
      const layer = (part: BlockPart, shape: Shape, position?: number): ConvolutionLayer => ({
        name: `${name}.${part}`,
        place: { part, stage: stage + 1, block: index, ordinal: blocks.length, position },
        shape,
        shifted: shifted === 'convolution' && position !== 0 ? undefined : shifted,
      });
      const branch =
        backbone.block === 'basic'
          ? [layer('conv1', [width, channels, 3, 3], 0), layer('conv2', [output, width, 3, 3], 1)]
          : [
              layer('conv1', [width, channels, 1, 1], 0),
              layer('conv2', [width, width, 3, 3], 1),
              layer('conv3', [output, width, 1, 1], 2),
            ];
      const projected = stride !== 1 || channels !== output;
      const shortcut = projected ? [layer('downsample', [output, channels, 1, 1])] : [];
      blocks.push({ name, stride, layers: [...branch, ...shortcut] });
      channels = output;
    }
  });
  return blocks;
}

function expansionOf(block: ResNetBackbone['block']): number {
  return block === 'basic' ? 1 : 4;
}
