// The attack
export { msanet } from './msanet.js';
export { msanetOptions } from './options.js';
export type { MsanetOptions } from './options.js';
export { msanetAttack } from './plugin.js';
// The attention
export { MultigranularAttention } from './attention/multigranular-attention.js';
export type { AttentionOptions } from './attention/multigranular-attention.js';
export { heads, headsOf } from './attention/heads.js';
export type { Head } from './attention/heads.js';
export { featuresOf, saliencyOf } from './attention/features.js';
export { attentionNetwork } from './attention/network.js';
export type { NetworkConfig } from './attention/network.js';
