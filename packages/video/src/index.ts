// Inputs of the command line
export { readInput } from './input/read-input.js';
export type { ClipRequest, ClipSource, InputClip } from './input/read-input.js';
export { readNpyClip } from './input/read-npy-clip.js';
export type { NpyClip } from './input/read-npy-clip.js';
// Decoding
export { countFrames, probeVideo } from './decode/probe-video.js';
export type { VideoInfo } from './decode/open-video.js';
export { decodeFrames } from './decode/decode-frames.js';
export type { DecodedFrames, DecodeOptions, FrameChoice } from './decode/decode-frames.js';
export { listFrames, readFrames } from './image/frame-folder.js';
export { imageExtensions, readImage } from './image/read-image.js';
export type { Picture } from './image/read-image.js';
export { decodeLimits } from './limits.js';
export { ffmpegVersion } from './ffmpeg/library.js';
// Frame sampling
export {
  sampleDense,
  sampleSegments,
  sampleSegmentsOfFrames,
  sampleUniform,
} from './sampling/sample-frames.js';
export {
  denseSampling,
  segmentOfFramesSampling,
  segmentSampling,
  uniformSampling,
} from './sampling/frame-samplings.js';
// Transforms
export { centerCrop } from './transforms/center-crop.js';
export { shortSideSize } from './transforms/frame-size.js';
export type { FrameSize } from './transforms/frame-size.js';
export { toBytes, toFloat } from './transforms/levels.js';
export { resizeBilinear, resizeShortSide } from './transforms/resize.js';
export type { ResizeOptions } from './transforms/resize.js';
// Encoding
export { writeLosslessVideo } from './encode/lossless-video.js';
export type { WriteOptions } from './encode/lossless-video.js';
export { encodeH264 } from './encode/h264-video.js';
export type { H264Options } from './encode/h264-video.js';
export { encodeMpeg4 } from './encode/mpeg4-video.js';
export type { Mpeg4Options } from './encode/mpeg4-video.js';
export { writePngFrames } from './encode/png-frames.js';
export { writeNpyClip } from './encode/npy-clip.js';
export { writeFileAtomically } from './encode/atomic-output.js';
// Datasets
export { datasetFormats, readDataset } from './datasets/dataset-formats.js';
export type {
  Dataset,
  DatasetClip,
  DatasetFormat,
  DatasetOptions,
  DatasetPart,
  DatasetProblem,
  DatasetProblemKind,
  DatasetSplit,
  SplitNumber,
} from './datasets/dataset.js';
export { checkDataset, usableClips } from './datasets/check-dataset.js';
export type { DatasetCheckOptions } from './datasets/check-dataset.js';
export { selectDatasetClips } from './datasets/select-clips.js';
export type { ClipSelection } from './datasets/select-clips.js';
export { readClipReferences } from './datasets/read-clip-references.js';
export type { ClipReference } from './datasets/clip-reference.js';
export { publishedAccuracy } from './datasets/published-accuracy.js';
export type { PublishedAccuracy } from './datasets/published-accuracy.js';
