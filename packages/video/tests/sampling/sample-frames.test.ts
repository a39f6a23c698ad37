import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  denseSampling,
  sampleDense,
  sampleSegments,
  sampleSegmentsOfFrames,
  sampleUniform,
  segmentOfFramesSampling,
  segmentSampling,
  uniformSampling,
} from '../../src/index.js';
import { fixtureFacts, sharedDataPresent, whenPresent } from '../support/shared-data.js';

const counts = fc.integer({ min: 1, max: 2000 });
const parts = fc.integer({ min: 1, max: 64 });
const seeded = { seed: 17, numRuns: 500 };

describe('sampleSegments', () => {
  it.skipIf(!sharedDataPresent)(`takes the frames of the fixtures${whenPresent}`, () => {
    for (const name of ['tsm-r50', 'tsm-r50-mmaction']) {
      const { frameCount, segments, frameIndices } = fixtureFacts(name);
      expect(sampleSegments(frameCount, segments)).toEqual(frameIndices);
    }
  });

  it('takes the middle of equal parts', () => {
    expect(sampleSegments(80, 8)).toEqual([5, 15, 25, 35, 45, 55, 65, 75]);
    expect(sampleSegments(8, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('repeats frames of a video that is too short', () => {
    expect(sampleSegments(3, 8)).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
    expect(sampleSegments(1, 4)).toEqual([0, 0, 0, 0]);
  });

  it('stays inside the video, never falls, and mirrors itself up to rounding', () => {
    fc.assert(
      fc.property(counts, parts, (frameCount, segments) => {
        const indices = sampleSegments(frameCount, segments);
        expect(indices).toHaveLength(segments);
        indices.forEach((index, position) => {
          expect(index).toBeGreaterThanOrEqual(position > 0 ? indices[position - 1] : 0);
          expect(index).toBeLessThan(frameCount);
          const mirrored = frameCount - 1 - indices[segments - 1 - position];
          expect(Math.abs(index - mirrored)).toBeLessThanOrEqual(1);
        });
      }),
      seeded,
    );
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses %d frames or segments', (count) => {
    expect(() => sampleSegments(count, 8)).toThrow(/frame sampling, frameCount: expected a whole/);
    expect(() => sampleSegments(8, count)).toThrow(/frame sampling, segments: expected a whole/);
  });
});

describe('sampleSegmentsOfFrames', () => {
  it.skipIf(!sharedDataPresent)(`takes the frames of the fixture${whenPresent}`, () => {
    const { frameCount, segments, framesPerSegment, frameIndices } = fixtureFacts('tdn-r50');
    const indices = sampleSegmentsOfFrames(frameCount, segments, framesPerSegment);
    expect(indices).toEqual(frameIndices);
  });

  it('starts everywhere at the first frame where the video is short', () => {
    expect(sampleSegmentsOfFrames(6, 2, 5)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(sampleSegmentsOfFrames(7, 2, 5)).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5, 6]);
    expect(sampleSegmentsOfFrames(3, 2, 5)).toEqual([0, 1, 2, 2, 2, 0, 1, 2, 2, 2]);
    expect(sampleSegmentsOfFrames(1, 1, 5)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is sampleSegments when a segment has one frame and the video is long enough', () => {
    fc.assert(
      fc.property(counts, parts, (extra, segments) => {
        const frameCount = segments + extra;
        const indices = sampleSegmentsOfFrames(frameCount, segments, 1);
        expect(indices).toEqual(sampleSegments(frameCount, segments));
      }),
      seeded,
    );
  });

  it('stays inside the video', () => {
    fc.assert(
      fc.property(counts, parts, fc.integer({ min: 1, max: 9 }), (count, segments, length) => {
        const indices = sampleSegmentsOfFrames(count, segments, length);
        expect(indices).toHaveLength(segments * length);
        expect(Math.min(...indices)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...indices)).toBeLessThan(count);
      }),
      seeded,
    );
  });
});

describe('sampleUniform', () => {
  it('goes from the first frame to the last', () => {
    expect(sampleUniform(100, 4)).toEqual([0, 33, 66, 99]);
    expect(sampleUniform(10, 1)).toEqual([0]);
    expect(sampleUniform(1, 3)).toEqual([0, 0, 0]);
    expect(sampleUniform(5, 5)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('sampleDense', () => {
  it('takes a strided span from each start', () => {
    // NumPy: linspace(0, 300 - 64, 10, dtype=int) starts at 0, 26, 52 … 236.
    const indices = sampleDense(300, 8);
    expect(indices).toHaveLength(80);
    expect(indices.slice(0, 8)).toEqual([0, 8, 16, 24, 32, 40, 48, 56]);
    expect(indices.slice(8, 16)).toEqual([26, 34, 42, 50, 58, 66, 74, 82]);
    expect(indices.slice(72)).toEqual([236, 244, 252, 260, 268, 276, 284, 292]);
  });

  it('wraps round in a short video', () => {
    expect(sampleDense(20, 8, 1)).toEqual([0, 8, 16, 4, 12, 0, 8, 16]);
    expect(sampleDense(1, 4, 2)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('refuses more frames than the span has', () => {
    expect(() => sampleDense(300, 65)).toThrow(/at most 64, got 65/);
  });
});

describe('samplings', () => {
  it('say what they do and do it', () => {
    expect(segmentSampling(8).indices(80)).toEqual(sampleSegments(80, 8));
    expect(segmentOfFramesSampling(8).indices(80)).toEqual(sampleSegmentsOfFrames(80, 8, 5));
    expect(uniformSampling(16).indices(80)).toEqual(sampleUniform(80, 16));
    expect(denseSampling(8).indices(80)).toEqual(sampleDense(80, 8, 1));
    expect(segmentSampling(8).description).toBe('8 segments, middle frame of each');
  });
});
