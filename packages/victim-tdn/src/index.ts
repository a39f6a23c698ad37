// The victim
export { createTdnVictim } from './tdn-victim.js';
export type { TdnVictimOptions } from './tdn-victim.js';
export { openTdn } from './open-tdn.js';
export type { OpenTdnOptions } from './open-tdn.js';
export { tdnVictim } from './tdn-plugin.js';
// The embedded demo
export { tdnDemoCheckpoint, tdnDemoVictim } from './tdn-demo-plugin.js';
export { segmentGroupSampling } from './segment-group-sampling.js';
// The network
export { buildTdn } from './architecture/build-tdn.js';
export type { BuildTdnOptions } from './architecture/build-tdn.js';
export { customTdnBackbone, tdnBackbone } from './architecture/backbone.js';
export type { TdnBackbone, TdnDepth } from './architecture/backbone.js';
export { framesPerSegment } from './architecture/config.js';
export type { TdnConfig } from './architecture/config.js';
export { randomTdnWeights } from './architecture/weights.js';
export type { TdnWeights } from './architecture/weights.js';
// Checkpoints
export { officialTdnCheckpoint } from './checkpoint/official-checkpoint.js';
export { readTdnCheckpoint } from './checkpoint/tdn-checkpoint.js';
export type { TdnCheckpoint, TdnCheckpointOptions } from './checkpoint/tdn-checkpoint.js';
