import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { randomFrames } from '../../src/data/frame-choice.js';

describe('randomFrames', () => {
  it('takes one frame of each segment, in order, and in time every frame', () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 500; seed++) {
      const indices = randomFrames(50, { segments: 8, framesPerSegment: 1 }, new Random(seed));
      expect(indices).toHaveLength(8);
      indices.forEach((index, segment) => {
        seen.add(index);
        // Segments of ⌊50 / 8⌋ frames, moved by at most the 2 that are left over.
        expect(index).toBeGreaterThanOrEqual(6 * segment);
        expect(index).toBeLessThan(6 * (segment + 1) + 2);
      });
    }
    expect(seen.size).toBe(50);
  });

  it('takes consecutive frames for a network that wants several', () => {
    for (let seed = 0; seed < 100; seed++) {
      const layout = { segments: 4, framesPerSegment: 5 };
      const indices = randomFrames(31, layout, new Random(seed));
      expect(indices).toHaveLength(20);
      for (let segment = 0; segment < 4; segment++) {
        const group = indices.slice(5 * segment, 5 * segment + 5);
        expect(group).toEqual(group.map((_, frame) => group[0] + frame));
      }
      expect(Math.max(...indices)).toBeLessThan(31);
    }
  });

  it.each([1, 2, 4, 7])(
    'repeats frames of a video of %i, never falling from one segment to the next',
    (count) => {
      for (let seed = 0; seed < 50; seed++) {
        const layout = { segments: 8, framesPerSegment: 3 };
        const indices = randomFrames(count, layout, new Random(seed));
        const starts = indices.filter((_, index) => index % 3 === 0);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
        expect(indices.every((index) => index >= 0 && index < count)).toBe(true);
      }
    },
  );
});
