import { describe, expect, it } from 'vitest';
import { clipBatch, type Budget } from '@msanet/core';
import { linearVictim, maxAbsError, randomClips } from '@msanet/testkit';
import { simba } from '@msanet/baselines';
import { cosineBasis, pixelBasis, type StepBasis } from '../../src/query/step-basis.js';
import { attackWith, ownLabels } from '../raw-result.js';

const size = { frames: 2, height: 4, width: 6 };
const length = 144;
/** Two classes: the margin is one linear function ⟨w, p⟩ + c. */
const victim = linearVictim({ classes: 2, size, seed: 71 });
/** Clips between levels 80 and 175, where [0, 1] is out of reach. */
const clips = clipBatch(
  randomClips(2, size, 72).data.map((value) => Math.fround((80 + Math.round(95 * value)) / 255)),
  [2, 2, 3, 4, 6],
);

function vectorsOf(basis: StepBasis): Float32Array[] {
  return Array.from({ length: basis.count }, (_, vector) => {
    const values = new Float32Array(length);
    basis.add(values, vector, 1);
    return values;
  });
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** w of each clip, for the margin of its own label. */
async function slopes(): Promise<Float64Array[]> {
  const criteria = await ownLabels(victim, clips);
  return criteria.map(({ label }) =>
    Float64Array.from(
      { length },
      (_, at) => victim.weights[(1 - label) * length + at] - victim.weights[label * length + at],
    ),
  );
}

/** The perturbation of each clip before rounding; without success, so that every vector gets its turn. */
async function perturbations(options: object, budget: Budget): Promise<Float64Array[]> {
  const { raw, clips: outcomes } = await attackWith(
    simba,
    { ...options },
    { victim, clips, budget },
  );
  expect(outcomes.map(({ success }) => success)).toEqual([false, false]);
  return [0, 1].map((clip) =>
    Float64Array.from(
      { length },
      (_, at) => raw.data[clip * length + at] - clips.data[clip * length + at],
    ),
  );
}

describe('the bases of simba', () => {
  it.each([
    ['all cosine waves', cosineBasis(size, 'shared', 1), 72],
    ['all cosine waves of each frame', cosineBasis(size, 'frame', 1), 144],
    ['low cosine waves', cosineBasis(size, 'shared', 0.5), 18],
    ['one cosine wave per channel', cosineBasis(size, 'shared', 0.01), 3],
    ['values', pixelBasis(size, 'shared'), 72],
    ['values of each frame', pixelBasis(size, 'frame'), 144],
  ])('%s are orthogonal, and of norm 1 in each frame that they change', (_, basis, count) => {
    const vectors = vectorsOf(basis);
    expect(vectors.length).toBe(count);
    let overlap = 0;
    vectors.forEach((vector, one) => {
      const squares = [0, 1].map((frame) => {
        const values = vector.subarray(72 * frame, 72 * (frame + 1));
        return Math.round(dot(values, values) * 1e5) / 1e5;
      });
      expect(['1,1', '1,0', '0,1']).toContain(squares.join());
      for (const other of vectors.slice(0, one)) {
        overlap = Math.max(overlap, Math.abs(dot(vector, other)));
      }
    });
    expect(overlap).toBeLessThan(1e-6);
  });

  it('have the cosine of DCT-II for a wave', () => {
    const [, , third] = vectorsOf(cosineBasis({ frames: 1, height: 1, width: 8 }, 'frame', 1));
    for (let at = 0; at < 8; at++) {
      expect(third[at]).toBeCloseTo(0.5 * Math.cos((Math.PI * (2 * at + 1) * 2) / 16), 6);
    }
  });
});

describe('simba on a linear victim', () => {
  it('moves every value of linf to the corner x + ε · sign(w)', async () => {
    const epsilon = 1 / 255;
    const deltas = await perturbations(
      { basis: 'pixel', time: 'frame', loss: 'margin', maxQueries: 289 },
      { norm: 'linf', epsilon },
    );
    (await slopes()).forEach((slope, clip) => {
      expect(
        maxAbsError(
          deltas[clip],
          slope.map((w) => epsilon * Math.sign(w)),
        ),
      ).toBeLessThan(1e-6);
    });
  });

  it.each(['shared', 'frame'] as const)(
    'takes one step along every cosine wave, to the side on which the margin rises, time %s',
    async (time) => {
      const basis = cosineBasis(size, time, 0.5);
      const stepSize = 0.002;
      const deltas = await perturbations(
        { time, frequencies: 0.5, stepSize, maxQueries: 2 * basis.count + 1 },
        { norm: 'l2', epsilon: 10 },
      );
      const vectors = vectorsOf(basis);
      (await slopes()).forEach((slope, clip) => {
        const expected = new Float64Array(length);
        for (const vector of vectors) {
          const side = Math.sign(dot(slope, vector));
          vector.forEach((value, at) => (expected[at] += side * stepSize * value));
        }
        // Vectors that need one query only leave queries for a second round, which takes steps of the same sides.
        for (const vector of vectors) {
          const steps = dot(deltas[clip], vector) / (stepSize * dot(vector, vector));
          const side = Math.sign(dot(slope, vector));
          expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-2);
          expect(Math.round(steps) * side).toBeGreaterThanOrEqual(1);
          expect(Math.round(steps) * side).toBeLessThanOrEqual(2);
        }
        expect(dot(deltas[clip], slope)).toBeGreaterThanOrEqual(dot(expected, slope) - 1e-6);
      });
    },
  );
});
