import type { FrameSampling } from '@msanet/core';
import {
  sampleDense,
  sampleSegments,
  sampleSegmentsOfFrames,
  sampleUniform,
} from './sample-frames.js';

/** TSM's test-time sampling as a rule that a victim can carry; see `sampleSegments`. */
export function segmentSampling(segments: number): FrameSampling {
  return {
    description: `${segments} segments, middle frame of each`,
    indices: (frameCount) => sampleSegments(frameCount, segments),
  };
}

/** TDN's test-time sampling as a rule that a victim can carry; see `sampleSegmentsOfFrames`. */
export function segmentOfFramesSampling(segments: number, framesPerSegment = 5): FrameSampling {
  return {
    description: `${segments} segments of ${framesPerSegment} consecutive frames`,
    indices: (frameCount) => sampleSegmentsOfFrames(frameCount, segments, framesPerSegment),
  };
}

/** Evenly spread frames as a rule that a victim can carry; see `sampleUniform`. */
export function uniformSampling(frames: number): FrameSampling {
  return {
    description: `${frames} frames, evenly spread from first to last`,
    indices: (frameCount) => sampleUniform(frameCount, frames),
  };
}

/** TSM's dense sampling as a rule that a victim can carry; see `sampleDense`. */
export function denseSampling(segments: number, views = 1): FrameSampling {
  return {
    description: `${views} dense views of ${segments} frames`,
    indices: (frameCount) => sampleDense(frameCount, segments, views),
  };
}
