import { describe, expect, it } from 'vitest';
import { misclassification, type Budget } from '@msanet/core';
import { Random } from '@msanet/tensor';
import { estimatedAscent } from '../../src/query/estimated-ascent.js';
import type { Query } from '../../src/query/query-search.js';

const size = { frames: 1, height: 2, width: 2 };
const clean = new Float32Array(12).fill(0.5);
const budget: Budget = { norm: 'linf', epsilon: 0.4 };

/** The lengths of the first steps where the score of each step's samples is given. */
function stepLengths(scores: readonly number[], patience: number): number[] {
  const search = estimatedAscent(
    {
      clean,
      criterion: misclassification(0),
      budget,
      size,
      random: new Random(1),
    },
    {
      samples: 2,
      radius: 0.001,
      loss: 'margin',
      stepSize: 0.1,
      leastStepSize: 0.03,
      patience,
      momentum: 0,
      randomStart: false,
    },
    () => (noise) => noise.fill(1),
  );
  const lengths: number[] = [];
  let at = clean[0];
  let query = search.next();
  for (const score of scores) {
    // The sample above the point scores more than that below, so every step is upwards.
    for (const tilt of [1e-3, -1e-3]) {
      expect((query.value as Query).kind).toBe('probe');
      const logits = Float32Array.from([0, score + tilt]);
      query = search.next({ logits, adversarial: false, margin: score });
    }
    const { kind, clip } = query.value as Query;
    expect(kind).toBe('candidate');
    lengths.push(clip[0] - at);
    at = clip[0];
    query = search.next({ logits: new Float32Array(2), adversarial: false, margin: 0 });
  }
  return lengths;
}

describe('ascent along estimated gradients', () => {
  it('halves its step where the score falls over some steps, down to the least', () => {
    const lengths = stepLengths([5, 4, 3, 3.5, 2, 1, 1, 1, 0], 3);
    // In shares of ε = 0.4: 0.1, halved at the third step, and at the sixth to no less than 0.03.
    const expected = [0.04, 0.04, 0.02, 0.02, 0.02, 0.012, 0.012, 0.012, 0.012];
    lengths.forEach((length, step) =>
      expect(length, `step ${step}`).toBeCloseTo(expected[step], 6),
    );
  });

  it('keeps its step while the score rises', () => {
    const lengths = stepLengths([1, 2, 3, 4, 5, 6], 3);
    lengths.forEach((length) => expect(length).toBeCloseTo(0.04, 6));
  });
});
