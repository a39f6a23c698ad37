import type { TsmBackbone } from '../architecture/config.js';
import type { ConvolutionLayer } from '../architecture/layer.js';

/** The keys of one layer in a checkpoint, without `.weight` and the like. */
export interface LayerKeys {
  readonly convolution: string;
  readonly normalization: string;
}

/** How a code base names the tensors of TSM. */
export interface KeyStyle {
  readonly id: 'official' | 'mmaction2';
  /** How the keys of the image network begin. */
  readonly prefix: string;
  layerKeys(layer: ConvolutionLayer, backbone: TsmBackbone): LayerKeys;
  /** What the classifier may be called. */
  classifierKeys(backbone: TsmBackbone): readonly string[];
}
