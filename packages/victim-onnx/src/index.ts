// The victim
export { createOnnxVictim } from './onnx-victim.js';
export type { OnnxVictim, OnnxVictimOptions } from './onnx-victim.js';
export { handOver } from './hand-over.js';
export { denseSampling } from './dense-sampling.js';
export { segmentSampling } from './segment-sampling.js';
export { uniformSampling } from './uniform-sampling.js';
// Any ONNX file
export { importModel } from './import-model.js';
export type { ImportedModel, ImportOptions } from './import-model.js';
export { examineModel } from './examine-model.js';
export type { ModelExamination } from './examine-model.js';
export { clipLayouts } from './clip-layout.js';
export type { ClipLayout } from './clip-layout.js';
export type { ClipShapeOptions } from './clip-shape.js';
export { readManifest } from './manifest.js';
export type { Manifest } from './manifest.js';
export type { ModelOptions } from './model-options.js';
export { rangeNormalization, valueRanges } from './value-range.js';
export type { ValueRange } from './value-range.js';
export { onnxVictim } from './onnx-plugin.js';
// Labels
export { hmdb51Labels } from './labels/hmdb51.js';
export { labelsFor, resolveLabels } from './labels/labels-for.js';
export { ucf101Labels } from './labels/ucf101.js';
// What networks are built from
export { foldIntoConvolution } from './network/fold-into-convolution.js';
export type { BatchNormalization, ConvolutionWeights } from './network/fold-into-convolution.js';
export { moveFrames } from './network/move-frames.js';
export { imagenetNormalization, normalizeClips } from './network/normalize-clips.js';
export type { PixelNormalization } from './network/normalize-clips.js';
export { reshape } from './network/reshape.js';
// What checkpoints are checked with
export { floatingValues } from './network/checkpoint-values.js';
export {
  compareCheckpoint,
  differenceSize,
  expectNoDifference,
} from './network/match-checkpoint.js';
export type { CheckpointDifference } from './network/match-checkpoint.js';
