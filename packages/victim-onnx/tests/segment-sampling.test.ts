import { describe, expect, it } from 'vitest';
import { segmentSampling } from '../src/index.js';

describe('segment sampling', () => {
  it.each([
    // The indices that the authors' code takes, as the fixtures of PyTorch record them.
    { segments: 8, frames: 164, indices: [10, 30, 51, 71, 92, 112, 133, 153] },
    { segments: 8, frames: 280, indices: [17, 52, 87, 122, 157, 192, 227, 262] },
    { segments: 4, frames: 4, indices: [0, 1, 2, 3] },
    { segments: 8, frames: 3, indices: [0, 0, 0, 1, 1, 2, 2, 2] },
    { segments: 3, frames: 1, indices: [0, 0, 0] },
  ])('takes $segments frames of $frames', ({ segments, frames, indices }) => {
    expect(segmentSampling(segments).indices(frames)).toEqual(indices);
  });

  it('takes frames that exist, in order, one from each segment', () => {
    for (const segments of [1, 2, 3, 8, 16, 31]) {
      for (let frames = 1; frames < 200; frames++) {
        const indices = segmentSampling(segments).indices(frames);
        expect(indices).toHaveLength(segments);
        indices.forEach((index, segment) => {
          expect(index).toBeGreaterThanOrEqual(Math.floor((frames * segment) / segments));
          expect(index).toBeLessThan((frames * (segment + 1)) / segments);
        });
      }
    }
  });
});
