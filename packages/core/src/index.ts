// Clips
export {
  checkClips,
  clipAt,
  clipBatch,
  clipLength,
  clipSize,
  copyClips,
  emptyClips,
  selectClips,
} from './clip.js';
export type { ClipBatch, ClipBatchShape, ClipSize } from './clip.js';
export { isOnGrid } from '@msanet/simd';
export { fromLevels, levelOf, toLevels, valueOfLevel } from './eight-bit.js';
// Victim models
export type {
  FrameGeometry,
  FrameSampling,
  LossGradient,
  VictimCapabilities,
  VictimModel,
} from './victim-model.js';
export { onFrames } from './on-frames.js';
export { argmax, logitsOf, softmax, topClasses } from './logits.js';
export type { Logits } from './logits.js';
// Goals
export { adversarialMargin, isAdversarial, misclassification, targeted } from './criterion.js';
export type { Criterion } from './criterion.js';
export { checkClass } from './class-index.js';
export { checkLoss, lossBatch, lossFor } from './loss.js';
export type { Loss, LossForm, LossKind } from './loss.js';
// Budgets
export { checkBudget, isZeroBudget, norms } from './budget.js';
export type { Budget, Norm } from './budget.js';
export { changedFrames, changedPixels } from './change.js';
export { project } from './projection.js';
export { isInsideBudget, roundInsideBudget } from './rounding.js';
// Attacks
export type {
  Attack,
  AttackContext,
  AttackRequirements,
  GradientJudgement,
  Judgement,
  MeteredVictim,
  StepReport,
} from './attack.js';
export type { Attention, AttentionMask, ClipAttention } from './attention.js';
export { runAttack } from './run-attack.js';
export type { AttackRequest } from './attack-request.js';
export type { AttackOutcome, ClipOutcome } from './attack-outcome.js';
export type { StepEvent } from './step-event.js';
export type { QueryCount } from './metered-victim.js';
// Plugins
export {
  checkPlugin,
  createFrom,
  defineAttack,
  defineAttention,
  defineVictim,
  pluginApiVersion,
} from './plugin.js';
export { parseOptions } from './plugin-options.js';
export type { OptionsOwner } from './plugin-options.js';
export type {
  AttackPlugin,
  AttentionPlugin,
  Plugin,
  PluginKind,
  PluginProducts,
  VictimPlugin,
} from './plugin.js';
export { describeOptions } from './option-description.js';
export type { OptionDescription } from './option-description.js';
export { token } from './token.js';
export type { Dependencies, Token } from './token.js';
// Errors and time
export { MsanetError, errorCatalogue, isMsanetError } from '@msanet/tensor';
export type { ErrorCode, ErrorReport } from '@msanet/tensor';
export { secondsNow, timestamp } from './clock.js';
