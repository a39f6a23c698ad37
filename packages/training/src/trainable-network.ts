import type { Random, Tensor } from '@msanet/tensor';
import type { Model } from '@msanet/onnx';
import type { ClipLayout } from './data/frame-choice.js';

/** The weights of a network by name. */
export type NetworkWeights = ReadonlyMap<string, Tensor<'float32'>>;

/** A network that can be trained. */
export interface TrainableNetwork {
  /** What people call it, such as `TSM ResNet`. */
  readonly name: string;
  readonly clip: ClipLayout;
  /** Height and width of a frame, in pixels. */
  readonly size: number;
  readonly classes: number;
  /** Frames that the network takes at test time from a video of so many. */
  testFrames(frameCount: number): readonly number[];
  /** Weights to start from; batch normalisation starts at scale 1. */
  initialWeights(random: Random): NetworkWeights;
  /**
   * The forward graph in inference, from `clips` (batch, segments · framesPerSegment, 3, size, size) to the logits, with
   * every weight as an initializer of its own name. A convolution has a bias where a batch normalisation belongs behind it.
   */
  graph(weights: NetworkWeights, batch: number): Model;
  /** The network as a checkpoint holds it: tensors by key. */
  checkpoint(weights: NetworkWeights): ReadonlyMap<string, Tensor>;
  /** What else belongs to the checkpoint, such as the architecture: texts by key. */
  readonly metadata: ReadonlyMap<string, string>;
}
