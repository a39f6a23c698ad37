import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { relativeError } from '@msanet/testkit';
import { proceduralNoise } from '@msanet/baselines';
import { BlurDirection } from '../../src/video/blur-direction.js';
import { PerlinLattice } from '../../src/video/procedural-noise.js';

const random = new Random(8);
const size = { frames: 4, height: 2, width: 3 };
const length = 18;
const clean = random.fillUniform(new Float32Array(4 * length));

describe('the direction of motion blur', () => {
  it('leads to the weighted mean of earlier frames, the first standing for those before it', () => {
    const weights = Float64Array.from([1, 3]);
    const direction = new BlurDirection(clean, size, 2, 0.5).at(weights);
    const frame = (t: number): Float32Array =>
      clean.subarray(Math.max(0, t) * length, (Math.max(0, t) + 1) * length);
    for (let t = 0; t < 4; t++) {
      const expected = frame(t).map(
        (value, index) =>
          0.5 * value + 0.5 * (0.25 * frame(t - 1)[index] + 0.75 * frame(t - 2)[index]) - value,
      );
      const own = direction.subarray(t * length, (t + 1) * length);
      expect(relativeError(own, expected)).toBeLessThan(1e-6);
    }
  });

  it('pulls gradients back to its weights as finite differences do', () => {
    const blur = new BlurDirection(clean, size, 3, 0.7);
    const weights = Float64Array.from([0.5, 1.2, 0]);
    const gradient = random.fillUniform(new Float32Array(clean.length), -1, 1);
    const shares = random.fillUniform(new Float32Array(clean.length), 0, 2);
    const value = (at: Float64Array): number =>
      blur.at(at).reduce((sum, d, index) => sum + gradient[index] * shares[index] * d, 0);
    const expected = weights.map((_, index) => {
      const moved = (step: number): Float64Array =>
        weights.map((weight, at) => (at === index ? weight + step : weight));
      return (value(moved(0.01)) - value(moved(-0.01))) / 0.02;
    });
    expect(relativeError(blur.pullBack(gradient, shares, weights), expected)).toBeLessThan(1e-3);
  });
});

describe('Perlin noise', () => {
  const lattice = new PerlinLattice(3);
  const points = Array.from({ length: 200 }, () => [0, 0, 0].map(() => random.uniform(-300, 300)));

  it('is 0 on the lattice, with a slope of length √2 that lies in two of the axes', () => {
    for (const point of points) {
      const [x, y, z] = point.map(Math.round);
      expect(lattice.at(x, y, z)).toBeCloseTo(0, 12);
      const step = 1e-5;
      const slope = [
        lattice.at(x + step, y, z),
        lattice.at(x, y + step, z),
        lattice.at(x, y, z + step),
      ].map((value) => Math.round(value / step));
      expect(slope.map(Math.abs).sort()).toEqual([0, 1, 1]);
    }
  });

  it('is continuous with its first derivative across cells, bounded, and repeats every 256 units', () => {
    const slopeAt = (x: number, y: number, z: number): number =>
      (lattice.at(x + 1e-4, y, z) - lattice.at(x - 1e-4, y, z)) / 2e-4;
    for (const [x, y, z] of points) {
      const edge = Math.round(x);
      expect(lattice.at(edge - 1e-7, y, z)).toBeCloseTo(lattice.at(edge + 1e-7, y, z), 5);
      expect(slopeAt(edge - 2e-4, y, z)).toBeCloseTo(slopeAt(edge + 2e-4, y, z), 2);
      expect(Math.abs(lattice.at(x, y, z))).toBeLessThan(1.1);
      expect(lattice.at(x + 256, y - 256, z + 512)).toBeCloseTo(lattice.at(x, y, z), 9);
    }
  });

  it('has another pattern for another seed', () => {
    const other = new PerlinLattice(4);
    const equal = points.filter(([x, y, z]) => other.at(x, y, z) === lattice.at(x, y, z));
    expect(equal.length).toBeLessThan(20);
  });
});

it('procedural noise is a sine of the sum of octaves', () => {
  const parameters = { octaves: 3, wavelengthX: 5, wavelengthY: 7, wavelengthT: 3, period: 1.5 };
  const noise = proceduralNoise(parameters, { frames: 2, height: 3, width: 4 }, 9);
  const lattice = new PerlinLattice(9);
  for (const [t, y, x] of [
    [0, 0, 0],
    [1, 2, 3],
    [1, 1, 2],
  ]) {
    const sum = [1, 2, 4].reduce(
      (total, scale) => total + lattice.at((x * scale) / 5, (y * scale) / 7, (t * scale) / 3),
      0,
    );
    expect(noise[(t * 3 + y) * 4 + x]).toBeCloseTo(Math.sin(2 * Math.PI * 1.5 * sum), 6);
  }
});
