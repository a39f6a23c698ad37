import type { KeyStyle } from './key-style.js';

/**
 * The names of open-mmlab/mmaction2: every convolution with its normalisation is a module of `conv` and `bn`. In a
 * ResNet the shift wraps `conv` alone, in MobileNetV2 the whole module.
 */
export const mmactionKeys: KeyStyle = {
  id: 'mmaction2',
  prefix: 'backbone.',

  layerKeys({ place, shifted }, { family }) {
    if (place.part === 'stem') return module('conv1');
    if (place.part === 'head') return module('conv2');
    const block = `layer${place.stage}.${place.block}${shifted === 'block' ? '.net' : ''}`;
    const wrapped = shifted === 'convolution' ? '.net' : '';
    if (family === 'mobilenet-v2') return module(`${block}.conv.${place.position ?? 0}${wrapped}`);
    const keys = module(`${block}.${place.part}`);
    return { ...keys, convolution: `${keys.convolution}${wrapped}` };
  },

  classifierKeys: () => ['cls_head.fc_cls'],
};

function module(name: string) {
  return { convolution: `backbone.${name}.conv`, normalization: `backbone.${name}.bn` };
}
