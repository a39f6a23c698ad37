// Decoding
export { countFrames, probeVideo } from './decode/probe-video.js';
export type { VideoInfo } from './decode/video-reader.js';
export { decodeFrames } from './decode/decode-frames.js';
export type { DecodedFrames, DecodeOptions, FrameChoice } from './decode/decode-frames.js';
export { ffmpegVersion } from './ffmpeg/library.js';
export { decodeLimits } from './ffmpeg/limits.js';
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
