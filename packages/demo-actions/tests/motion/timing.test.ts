import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { drawTiming, longestIdle, progressAt } from '../../src/motion/timing.js';

describe('progressAt', () => {
  const random = new Random(1);

  it('goes from 0 to 1, never back, and idles only at the ends', () => {
    for (let round = 0; round < 50; round++) {
      const timing = drawTiming(random);
      let before = 0;
      for (let time = 0; time <= 1.0001; time += 0.01) {
        const progress = progressAt(timing, time);
        expect(progress).toBeGreaterThanOrEqual(before);
        if (time > longestIdle + 0.01 && time < 1 - longestIdle - 0.01) {
          expect(progress).toBeGreaterThan(before);
        }
        before = progress;
      }
      expect(progressAt(timing, 0)).toBe(0);
      expect(progressAt(timing, 1)).toBe(1);
    }
  });

  it('is the same course backwards once the ends change places', () => {
    for (let round = 0; round < 50; round++) {
      const timing = drawTiming(random);
      const { idleBefore, idleAfter } = timing;
      const swapped = { ...timing, idleBefore: idleAfter, idleAfter: idleBefore };
      for (const time of [0, 0.1, 0.3, 0.5, 0.77, 0.95, 1]) {
        expect(progressAt(swapped, 1 - time)).toBeCloseTo(1 - progressAt(timing, time), 12);
      }
    }
  });
});
