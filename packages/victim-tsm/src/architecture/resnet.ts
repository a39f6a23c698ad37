import type { Shape } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';
import {
  convolutionOfParts,
  cutIntoParts,
  joinParts,
  sumOfParts,
  type ChannelParts,
} from './channel-parts.js';
import { convolution, strided, maxPool, relu } from './convolution.js';
import type { ShiftPlacement } from './config.js';
import type { ConvolutionLayer } from './layer.js';
import { shiftParts, temporalShiftOfParts, type Shift } from './temporal-shift.js';
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
  const blocks = resnetBlocks(backbone, placement).flatMap(({ branch, downsample }) => [
    ...branch,
    ...(downsample === undefined ? [] : [downsample]),
  ]);
  return [stemOf(backbone), ...blocks];
}

/** What a ResNet is built from. */
export interface ResNetParts {
  readonly backbone: ResNetBackbone;
  readonly placement: ShiftPlacement;
  readonly weights: TsmWeights;
  readonly shift: Shift;
}

/**
 * The features of normalised frames: (frames, 3, height, width) to (frames, features, height / 32, width / 32).
 *
 * The max-pool of the stem comes before its ReLU. The two commute, and backwards this order is the cheaper one. Between
 * the blocks, the channels that the next block moves are a tensor of their own.
 */
export function resnetFeatures(
  builder: GraphBuilder,
  frames: Value,
  { backbone, placement, weights, shift }: ResNetParts,
): Value {
  const stem = convolution(builder, frames, stemOf(backbone), weights);
  const pooled = relu(builder, maxPool(builder, stem, 'stem.pool'), 'stem.relu');
  const features = resnetBlocks(backbone, placement).reduce<ChannelParts>(
    (input, block) => residualBlock(builder, input, block, weights, shift),
    cutIntoParts(builder, pooled, shiftParts(backbone.stem, shift), 'stem.parts'),
  );
  return joinParts(builder, features, 'features');
}

interface ResNetBlock {
  readonly name: string;
  readonly shifted: ConvolutionLayer['shifted'];
  readonly branch: readonly ConvolutionLayer[];
  /** The convolution of the shortcut, where the block changes the shape. */
  readonly downsample: ConvolutionLayer | undefined;
}

function residualBlock(
  builder: GraphBuilder,
  input: ChannelParts,
  block: ResNetBlock,
  weights: TsmWeights,
  shift: Shift,
): ChannelParts {
  const shifted = (): ChannelParts =>
    temporalShiftOfParts(builder, input, shift, `${block.name}.shift`);
  const entry = block.shifted === 'block' ? shifted() : input;
  const last = block.branch[block.branch.length - 1];
  const parts = shiftParts(last.shape[0], shift);
  let branch = block.shifted === 'convolution' ? shifted() : entry;
  for (const layer of block.branch) {
    if (layer === last) {
      branch = convolutionOfParts(builder, branch, layer, weights, parts);
    } else {
      branch = convolutionOfParts(builder, branch, layer, weights).map((part) =>
        relu(builder, part, `${layer.name}.relu`),
      );
    }
  }
  const shortcut =
    block.downsample === undefined
      ? entry
      : downsampled(builder, entry, block.downsample, weights, parts);
  return sumOfParts(builder, branch, shortcut, `${block.name}.sum`).map((part) =>
    relu(builder, part, `${block.name}.relu`),
  );
}

/**
 * The shortcut's convolution. What its stride passes over is dropped beforehand, so that backwards the gradients of all
 * parts are added before they are spread over the pixels again.
 */
function downsampled(
  builder: GraphBuilder,
  input: ChannelParts,
  layer: ConvolutionLayer,
  weights: TsmWeights,
  parts: readonly number[],
): ChannelParts {
  const { name, stride } = layer;
  const kept = input.map((part) => strided(builder, part, stride, `${name}.kept`));
  return convolutionOfParts(builder, kept, { ...layer, stride: 1 }, weights, parts);
}

function resnetBlocks(backbone: ResNetBackbone, placement: ShiftPlacement): ResNetBlock[] {
  const isDeep = (backbone.blocks[2] ?? 0) >= deepStage;
  const every = isDeep && placement === 'blockres' ? 2 : 1;
  const wrapped = placement === 'block' ? 'block' : 'convolution';
  const blocks: ResNetBlock[] = [];
  let channels = backbone.stem;
  backbone.blocks.forEach((count, stage) => {
    const width = backbone.widths[stage];
    for (let block = 0; block < count; block++) {
      const place = { stage: stage + 1, block, ordinal: blocks.length };
      const shifted = block % every === 0 ? wrapped : undefined;
      blocks.push(resnetBlock(backbone.block, width, channels, place, shifted));
      channels = width * expansionOf(backbone.block);
    }
  });
  return blocks;
}

/** One block; its stride sits on the first 3×3 convolution. */
function resnetBlock(
  kind: ResNetBackbone['block'],
  width: number,
  inputs: number,
  place: { readonly stage: number; readonly block: number; readonly ordinal: number },
  shifted: ResNetBlock['shifted'],
): ResNetBlock {
  const name = `layer${place.stage}.${place.block}`;
  const outputs = width * expansionOf(kind);
  const stride = place.stage > 1 && place.block === 0 ? 2 : 1;
  const shapes: Shape[] =
    kind === 'basic'
      ? [
          [width, inputs, 3, 3],
          [outputs, width, 3, 3],
        ]
      : [
          [width, inputs, 1, 1],
          [width, width, 3, 3],
          [outputs, width, 1, 1],
        ];
  const strided = shapes.findIndex(([, , height]) => height === 3);
  const parts = ['conv1', 'conv2', 'conv3'] as const;
  const wrapsAll = shifted === 'block' ? shifted : undefined;
  const branch = shapes.map((shape, position): ConvolutionLayer => ({
    name: `${name}.${parts[position]}`,
    place: { ...place, part: parts[position], position },
    shape,
    stride: position === strided ? stride : 1,
    groups: 1,
    endsBranch: position === shapes.length - 1,
    shifted: position === 0 ? shifted : wrapsAll,
  }));
  const downsample: ConvolutionLayer = {
    name: `${name}.downsample`,
    place: { ...place, part: 'downsample', position: undefined },
    shape: [outputs, inputs, 1, 1],
    stride,
    groups: 1,
    endsBranch: false,
    shifted: wrapsAll,
  };
  const keepsShape = stride === 1 && inputs === outputs;
  return { name, shifted, branch, downsample: keepsShape ? undefined : downsample };
}

function stemOf({ stem }: ResNetBackbone): ConvolutionLayer {
  return {
    name: 'stem',
    place: { part: 'stem' },
    shape: [stem, 3, 7, 7],
    stride: 2,
    groups: 1,
    endsBranch: false,
    shifted: undefined,
  };
}

function expansionOf(block: ResNetBackbone['block']): number {
  return block === 'basic' ? 1 : 4;
}
