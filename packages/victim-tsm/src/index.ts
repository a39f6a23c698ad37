// The victim
export { createTsmVictim } from './tsm-victim.js';
export type { TsmVictimOptions } from './tsm-victim.js';
export { openTsm } from './open-tsm.js';
export type { OpenTsmOptions } from './open-tsm.js';
export { tsmVictim } from './tsm-plugin.js';
// The embedded demo
export { tsmDemoCheckpoint, tsmDemoVictim } from './tsm-demo-plugin.js';
// The network
export { buildTsm } from './architecture/build-tsm.js';
export type { FeatureLayout } from './architecture/temporal-shift.js';
export type { ShiftPlacement, TsmBackbone, TsmConfig } from './architecture/config.js';
export { mobilenetV2Backbone } from './architecture/mobilenet-v2.js';
export type { InvertedResidualStage, MobileNetV2Backbone } from './architecture/mobilenet-v2.js';
export { customResNet, resnetBackbone } from './architecture/resnet.js';
export type { ResNetBackbone, ResNetDepth } from './architecture/resnet.js';
export { randomTsmWeights } from './architecture/weights.js';
export type { TsmWeights } from './architecture/weights.js';
// Checkpoints
export { officialCheckpoint } from './checkpoint/official-checkpoint.js';
export { readTsmCheckpoint } from './checkpoint/tsm-checkpoint.js';
export type { TsmCheckpoint, TsmCheckpointOptions } from './checkpoint/tsm-checkpoint.js';
