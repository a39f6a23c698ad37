import { describe, expect, it } from 'vitest';
import { segmentGroupSampling } from '../src/index.js';

/** The authors' rule, frame by frame, with frames counted from 1 as in their code. */
function published(frameCount: number, segments: number): number[] {
  const offsets: number[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const tick = (frameCount - 5 + 1) / segments;
    offsets.push(frameCount > segments + 5 - 1 ? Math.trunc(tick / 2 + tick * segment) + 1 : 1);
  }
  const frames: number[] = [];
  for (const offset of offsets) {
    let position = offset;
    for (let index = 0; index < 5; index++) {
      frames.push(position - 1);
      if (position < frameCount) position++;
    }
  }
  return frames;
}

describe('the sampling of TDN', () => {
  it.each([1, 4, 8, 16])('is that of the published code, for %i segments', (segments) => {
    const sampling = segmentGroupSampling(segments);
    for (let frameCount = 1; frameCount <= 400; frameCount++) {
      expect(sampling.indices(frameCount)).toEqual(published(frameCount, segments));
    }
  });

  it('starts every segment at the first frame of a short video', () => {
    expect(segmentGroupSampling(2).indices(6)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
    expect(segmentGroupSampling(2).indices(7)).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5, 6]);
  });

  it('repeats the last frame where the video ends', () => {
    expect(segmentGroupSampling(1).indices(3)).toEqual([0, 1, 2, 2, 2]);
  });

  it('says what it does', () => {
    expect(segmentGroupSampling(8).description).toBe('8 segments, 5 consecutive frames of each');
  });
});
