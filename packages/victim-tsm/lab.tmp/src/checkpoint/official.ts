import type { KeyStyle } from './key-style.js';

/**
 * The names of mit-han-lab/temporal-shift-module: torchvision's ResNet or its own MobileNetV2 under `base_model`, a shift
 * that wraps what it acts on as `net`, and the classifier as `new_fc`, or in its usual place when trained without dropout.
 */
export const officialKeys: KeyStyle = {
  id: 'official',
  prefix: 'base_model.',

  layerKeys({ place, shifted }, { family }) {
    const wrapped = shifted === 'convolution' ? '.net' : '';
    if (place.part === 'stem') {
      return family === 'resnet' ? pair('conv1', 'bn1') : pair('features.0.0', 'features.0.1');
    }
    if (place.part === 'head') return pair('features.18.0', 'features.18.1');
    if (family === 'mobilenet-v2') {
      // Convolution, normalisation and activation follow one another in a Sequential.
      const block = `features.${place.ordinal + 1}.conv`;
      const first = 3 * (place.position ?? 0);
      return pair(`${block}.${first}${wrapped}`, `${block}.${first + 1}`);
    }
    const block = `layer${place.stage}.${place.block}${shifted === 'block' ? '.net' : ''}`;
    if (place.part === 'downsample') return pair(`${block}.downsample.0`, `${block}.downsample.1`);
    return pair(`${block}.${place.part}${wrapped}`, `${block}.bn${(place.position ?? 0) + 1}`);
  },

  classifierKeys({ family }) {
    return ['new_fc', family === 'resnet' ? 'base_model.fc' : 'base_model.classifier'];
  },
};

function pair(convolution: string, normalization: string) {
  return {
    convolution: `base_model.${convolution}`,
    normalization: `base_model.${normalization}`,
  };
}
