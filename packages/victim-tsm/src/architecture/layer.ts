import type { Shape } from '@msanet/tensor';
import type { TsmConfig } from './config.js';
import { mobilenetV2Layers } from './mobilenet-v2.js';
import { resnetLayers } from './resnet.js';

/** Where a convolution sits in its network. */
export type LayerPlace =
  | { readonly part: 'stem' }
  | { readonly part: 'head' }
  | {
      /** What it does in its block; the names are those of the published code. */
      readonly part: BlockPart;
      /** From 1. */
      readonly stage: number;
      /** From 0 in each stage. */
      readonly block: number;
      /** From 0 over the whole network. */
      readonly ordinal: number;
      /** From 0 among the convolutions of the block's branch; undefined on a shortcut. */
      readonly position: number | undefined;
    };

/** A convolution of a residual block. */
export type BlockPart =
  'conv1' | 'conv2' | 'conv3' | 'downsample' | 'expand' | 'depthwise' | 'project';

/** One convolution with its batch normalisation. */
export interface ConvolutionLayer {
  /** Unique in the network; its weights are `<name>.weight` and `<name>.bias`. */
  readonly name: string;
  readonly place: LayerPlace;
  /** Shape of the weight: (out, in / groups, height, width). */
  readonly shape: Shape;
  readonly stride: number;
  /** The input and output channels are split in so many groups; as many as channels in a depthwise convolution. */
  readonly groups: number;
  /** Whether its output is what a shortcut is added to. */
  readonly endsBranch: boolean;
  /** What a temporal shift wraps here: the convolution itself, or the block that it belongs to. */
  readonly shifted: 'convolution' | 'block' | undefined;
}

/** The convolutions of a network, in the order of execution; a block's shortcut comes last. */
export function tsmLayers(config: TsmConfig): ConvolutionLayer[] {
  return config.backbone.family === 'resnet'
    ? resnetLayers(config.backbone, config.shiftPlacement)
    : mobilenetV2Layers(config.backbone);
}

/** Shape of the classifier's weight: (classes, features). */
export function classifierShape({ backbone, classes }: TsmConfig): Shape {
  return [classes, backbone.features];
}
