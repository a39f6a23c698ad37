import type { Shape } from '@msanet/tensor';
import type { GraphBuilder, Value } from '@msanet/onnx';
import { convolution, relu6 } from './convolution.js';
import type { BlockPart, ConvolutionLayer } from './layer.js';
import { temporalShift, type Shift } from './temporal-shift.js';
import type { TsmWeights } from './weights.js';

/** A stage of inverted residual blocks. */
export interface InvertedResidualStage {
  /** How many times wider the inside of a block is than its input. */
  readonly expansion: number;
  readonly channels: number;
  readonly blocks: number;
  /** Stride of the first block. */
  readonly stride: number;
}

/** MobileNetV2 (Sandler et al., CVPR 2018, arXiv:1801.04381, table 2). */
export interface MobileNetV2Backbone {
  readonly family: 'mobilenet-v2';
  /** What people call it: `MobileNetV2`. */
  readonly name: string;
  /** Channels of the stem. */
  readonly stem: number;
  readonly stages: readonly InvertedResidualStage[];
  /** Channels of the last convolution, which reach the classifier. */
  readonly features: number;
}

const published: readonly InvertedResidualStage[] = [
  { expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { expansion: 6, channels: 32, blocks: 3, stride: 2 },
  { expansion: 6, channels: 64, blocks: 4, stride: 2 },
  { expansion: 6, channels: 96, blocks: 3, stride: 1 },
  { expansion: 6, channels: 160, blocks: 3, stride: 2 },
  { expansion: 6, channels: 320, blocks: 1, stride: 1 },
];

/** MobileNetV2, its channels times `width`, rounded up to a multiple of 8. */
export function mobilenetV2Backbone(width = 1): MobileNetV2Backbone {
  const scaled = (channels: number): number => Math.ceil((channels * width) / 8) * 8;
  return {
    family: 'mobilenet-v2',
    name: `MobileNetV2${width === 1 ? '' : ` ×${width}`}`,
    stem: scaled(32),
    stages: published.map((stage) => ({ ...stage, channels: scaled(stage.channels) })),
    features: scaled(1280),
  };
}

/** The convolutions of a shifted MobileNetV2. */
export function mobilenetV2Layers(backbone: MobileNetV2Backbone): ConvolutionLayer[] {
  const blocks = invertedBlocks(backbone);
  const { stem, head } = ends(backbone);
  return [stem, ...blocks.flatMap(({ layers }) => layers), head];
}

/** The features of normalised frames: (frames, 3, height, width) to (frames, features, height / 32, width / 32). */
export function mobilenetV2Features(
  builder: GraphBuilder,
  frames: Value,
  { backbone, weights, shift }: MobileNetV2Parts,
): Value {
  const { stem, head } = ends(backbone);
  const activated = (input: Value, layer: ConvolutionLayer): Value =>
    relu6(builder, convolution(builder, input, layer, weights), `${layer.name}.relu6`);
  const features = invertedBlocks(backbone).reduce(
    (input, block) => {
      let branch = block.shifted
        ? temporalShift(builder, input, shift, `${block.name}.shift`)
        : input;
      for (const layer of block.layers) {
        branch =
          layer.place.part === 'project'
            ? convolution(builder, branch, layer, weights)
            : activated(branch, layer);
      }
      if (!block.shortcut) return branch;
      return builder.apply('Add', [input, branch], {}, `${block.name}.sum`);
    },
    activated(frames, stem),
  );
  return activated(features, head);
}

/** What a MobileNetV2 is built from. */
export interface MobileNetV2Parts {
  readonly backbone: MobileNetV2Backbone;
  readonly weights: TsmWeights;
  readonly shift: Shift;
}

interface InvertedBlock {
  readonly name: string;
  readonly shortcut: boolean;
  readonly shifted: boolean;
  readonly layers: readonly ConvolutionLayer[];
}

/** Blocks with a shortcut and an expansion are shifted, on the input of the expansion. */
function invertedBlocks(backbone: MobileNetV2Backbone): InvertedBlock[] {
  const blocks: InvertedBlock[] = [];
  let channels = backbone.stem;
  backbone.stages.forEach((stage, index) => {
    for (let block = 0; block < stage.blocks; block++) {
      const place = { stage: index + 1, block, ordinal: blocks.length };
      blocks.push(invertedBlock(stage, channels, place));
      channels = stage.channels;
    }
  });
  return blocks;
}

function invertedBlock(
  { expansion, channels, stride }: InvertedResidualStage,
  inputs: number,
  place: { readonly stage: number; readonly block: number; readonly ordinal: number },
): InvertedBlock {
  const name = `layer${place.stage}.${place.block}`;
  const hidden = inputs * expansion;
  const blockStride = place.block === 0 ? stride : 1;
  const shortcut = blockStride === 1 && inputs === channels;
  const shifted = shortcut && expansion !== 1;
  const parts: [BlockPart, Shape][] = [
    ['depthwise', [hidden, 1, 3, 3]],
    ['project', [channels, hidden, 1, 1]],
  ];
  if (expansion !== 1) parts.unshift(['expand', [hidden, inputs, 1, 1]]);
  const layers = parts.map(([part, shape], position): ConvolutionLayer => ({
    name: `${name}.${part}`,
    place: { ...place, part, position },
    shape,
    stride: part === 'depthwise' ? blockStride : 1,
    groups: part === 'depthwise' ? hidden : 1,
    endsBranch: part === 'project' && shortcut,
    shifted: part === 'expand' && shifted ? 'convolution' : undefined,
  }));
  return { name, shortcut, shifted, layers };
}

function ends(backbone: MobileNetV2Backbone): { stem: ConvolutionLayer; head: ConvolutionLayer } {
  const last = backbone.stages[backbone.stages.length - 1].channels;
  const plain = { groups: 1, endsBranch: false, shifted: undefined };
  return {
    stem: {
      name: 'stem',
      place: { part: 'stem' },
      shape: [backbone.stem, 3, 3, 3],
      stride: 2,
      ...plain,
    },
    head: {
      name: 'head',
      place: { part: 'head' },
      shape: [backbone.features, last, 1, 1],
      stride: 1,
      ...plain,
    },
  };
}
