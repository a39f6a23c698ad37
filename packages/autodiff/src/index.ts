// Differentiation
export { appendGradients } from './append-gradients.js';
export type { GradientRequest } from './append-gradients.js';
// Rules
export { vjpRules } from './rules/table.js';
export { straightThroughQuantization } from './rules/quantization.js';
export { notDifferentiable, vjpRule, zeroGradient } from './vjp-rule.js';
export type {
  CotangentThunk,
  NotDifferentiable,
  VjpEntry,
  VjpRule,
  VjpTable,
  ZeroGradient,
} from './vjp-rule.js';
export type { VjpContext } from './vjp-context.js';
export { Emitter } from './emitter.js';
export type { Operand } from './emitter.js';
// Patterns
export { graphPatterns, patternNames } from './graph-patterns.js';
export type { GraphPattern, PatternChoice } from './graph-patterns.js';
// Whole graphs
export { gradientGraph } from './gradient-graph.js';
export type { GradientGraph } from './gradient-graph.js';
export { lossGradientGraph } from './loss-gradient-graph.js';
export type { LossGradientOptions } from './loss-gradient-graph.js';
export { promoteInitializers } from './promote-initializers.js';
// Losses
export { appendLoss } from './losses/append-loss.js';
export { lossClasses } from './losses/loss-form.js';
export type { LossClasses, LossForm, LossKind } from './losses/loss-form.js';
// Optimisers
export { Adam } from './optimisers/adam.js';
export type { AdamOptions } from './optimisers/adam.js';
export { Sgd } from './optimisers/sgd.js';
export type { SgdOptions } from './optimisers/sgd.js';
export type { DecayFilter, Optimiser, ParameterSet } from './optimisers/optimiser.js';
