import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import { objectiveGradient, type ObjectiveWeights } from '../src/objective.js';

const size = { frames: 3, height: 4, width: 5 };
const length = size.frames * 3 * size.height * size.width;

/** The objective as the documentation of `objectiveGradient` states it, for a victim with constant gradient. */
function objective(
  gradient: Float64Array,
  perturbation: Float64Array,
  epsilon: number,
  weights: ObjectiveWeights,
): number {
  const at = (frame: number, channel: number, y: number, x: number): number =>
    perturbation[((frame * 3 + channel) * size.height + y) * size.width + x];
  const mean = gradient.reduce((sum, value) => sum + Math.abs(value), 0) / length;
  let value = 0;
  for (let index = 0; index < length; index++) {
    value += weights.size * Math.abs(perturbation[index]);
    value -= (weights.margin / mean) * gradient[index] * perturbation[index];
  }
  for (let frame = 0; frame < size.frames; frame++) {
    for (let channel = 0; channel < 3; channel++) {
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const here = at(frame, channel, y, x);
          const right = x + 1 < size.width ? here - at(frame, channel, y, x + 1) : 0;
          const below = y + 1 < size.height ? here - at(frame, channel, y + 1, x) : 0;
          const next = frame + 1 < size.frames ? here - at(frame + 1, channel, y, x) : 0;
          value += (weights.spatial / (2 * epsilon)) * (right ** 2 + below ** 2);
          value += (weights.temporal / (2 * epsilon)) * next ** 2;
        }
      }
    }
  }
  return value;
}

describe('objectiveGradient', () => {
  const random = new Random(1);
  const gradient = random.fillNormal(new Float32Array(length));
  const perturbation = random.fillUniform(new Float32Array(length), 0.001, 0.03);
  for (let index = 0; index < length; index += 2) perturbation[index] *= -1;
  const epsilon = 0.03;

  it.each([
    ['all terms', { margin: 1.5, size: 0.5, spatial: 0.2, temporal: 0.3 }],
    ['margin only', { margin: 2, size: 0, spatial: 0, temporal: 0 }],
    ['space only', { margin: 0, size: 0, spatial: 1, temporal: 0 }],
    ['time only', { margin: 0, size: 0, spatial: 0, temporal: 1 }],
  ])('is the derivative of the documented objective: %s', (_, weights) => {
    const out = new Float32Array(length);
    objectiveGradient(gradient, perturbation, epsilon, weights, size, out);
    const wide = Float64Array.from(perturbation);
    const exact = Float64Array.from(gradient);
    for (let index = 0; index < length; index++) {
      const step = 1e-6;
      const at = (shift: number): number => {
        const moved = wide.slice();
        moved[index] += shift;
        return objective(exact, moved, epsilon, weights);
      };
      expect(out[index]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 4);
    }
  });

  it('does not pull where the victim has no gradient', () => {
    const out = new Float32Array(length);
    const weights = { margin: 1, size: 0, spatial: 0, temporal: 0 };
    objectiveGradient(new Float32Array(length), perturbation, epsilon, weights, size, out);
    expect(out.every((value) => value === 0)).toBe(true);
  });
});
