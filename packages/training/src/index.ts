// Training
export { train, trainingFiles } from './run/train.js';
export type { TrainingOptions, TrainingResult } from './run/train.js';
export type { LogEntry } from './run/training-log.js';
export type { NetworkWeights, TrainableNetwork } from './trainable-network.js';
// The recipe
export { recipeSchema } from './recipe/recipe.js';
export type { Recipe } from './recipe/recipe.js';
export type { Augmentation } from './data/augmentation.js';
export { trainingConfigSchema } from './recipe/training-config.js';
export type { Architecture, TrainingConfig } from './recipe/training-config.js';
// Data
export type { FrameBlock, TrainingClips } from './data/training-clips.js';
export type { ClipLayout } from './data/frame-choice.js';
// Judging
export { accuracyOf, classify } from './run/evaluate.js';
export type { EvaluationOptions } from './run/evaluate.js';
// The graph of a step
export { trainingGraph } from './graph/training-graph.js';
export type { TrainingGraph } from './graph/training-graph.js';
export type { Normalization, NormalizedLayer } from './graph/normalize-convolutions.js';
