import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { relativeError } from '@msanet/testkit';
import { flickerRegularizer } from '../../src/video/flicker.js';
import { similarityTo } from '../../src/video/deepsava.js';
import { frameNormSum } from '../../src/video/frame-norm-sum.js';
import { FrameValues } from '../../src/video/frame-values.js';
import { StructuralSimilarity } from '../../src/video/structural-similarity.js';

const random = new Random(3);
const uniform = (length: number, low: number, high: number): Float32Array =>
  random.fillUniform(new Float32Array(length), low, high);

/** The gradient by central differences of steps that float32 holds exactly. */
function differences(
  at: Float32Array,
  value: (point: Float32Array) => number,
  step = 2 ** -9,
): Float64Array {
  return Float64Array.from(at, (centre, index) => {
    const point = at.slice();
    point[index] = centre + step;
    const [above, up] = [point[index], value(point)];
    point[index] = centre - step;
    return (up - value(point)) / (above - point[index]);
  });
}

describe('the l2,1 norm', () => {
  it('is the sum over frames of the root mean square', () => {
    // 3-4-5 triangles: frames of four values with root mean squares 2.5, 0 and 5.
    const delta = Float32Array.from([3, 4, 0, 0, 0, 0, 0, 0, 6, 0, -8, 0]);
    expect(frameNormSum(delta, 4)).toBeCloseTo(7.5, 12);
  });

  it('has the gradient of finite differences, and none in a frame of zeros', () => {
    const delta = uniform(24, -0.2, 0.2).fill(0, 8, 16);
    const gradient = new Float32Array(24).fill(1);
    frameNormSum(delta, 8, gradient, 3);
    const expected = differences(delta, (point) => frameNormSum(point, 8));
    const added = gradient.map((value) => (value - 1) / 3);
    for (const frame of [0, 16]) {
      const slice = [frame, frame + 8] as const;
      expect(relativeError(added.slice(...slice), expected.slice(...slice))).toBeLessThan(1e-3);
    }
    expect(added.slice(8, 16)).toEqual(new Float32Array(8));
  });
});

describe('the flickering regulariser', () => {
  const weights = { weight: 1, thickness: 1, roughness: 1 };

  it('measures a constant offset by its thickness alone, in units of [−1, 1]', () => {
    const offsets = new Float32Array(15).fill(0.1);
    expect(flickerRegularizer(offsets, weights)).toBeCloseTo(0.2 ** 2, 7);
    expect(flickerRegularizer(offsets, { ...weights, thickness: 0 })).toBeCloseTo(0, 12);
  });

  it('measures a single flash by its square, two first and three second differences', () => {
    // d = 0.2 in one frame of 5 and one channel: first differences ±d, second differences d, −2d, d.
    const offsets = new Float32Array(15);
    offsets[0] = 0.1;
    const squares = (0.2 ** 2 * (1 + 2 + 6)) / 15;
    expect(flickerRegularizer(offsets, weights)).toBeCloseTo(squares, 7);
    expect(flickerRegularizer(offsets, { ...weights, weight: 10 })).toBeCloseTo(10 * squares, 6);
  });

  it('does not change when the flicker is moved in time, around the end of the clip', () => {
    const offsets = uniform(21, -0.2, 0.2);
    const moved = Float32Array.from([...offsets.slice(6), ...offsets.slice(0, 6)]);
    expect(flickerRegularizer(moved, weights)).toBeCloseTo(flickerRegularizer(offsets, weights), 6);
  });

  it.each([1, 2, 3, 8])('has the gradient of finite differences over %d frames', (frames) => {
    const offsets = uniform(3 * frames, -0.2, 0.2);
    const mixed = { weight: 2, thickness: 0.3, roughness: 0.7 };
    const gradient = new Float32Array(offsets.length);
    flickerRegularizer(offsets, mixed, gradient);
    const expected = differences(offsets, (point) => flickerRegularizer(point, mixed));
    expect(relativeError(gradient, expected)).toBeLessThan(1e-4);
  });
});

describe('SSIM', () => {
  const [height, width] = [13, 14];
  const clean = uniform(2 * height * width, 0.2, 0.8);

  it('is 1 for identical pictures, with no slope', () => {
    const gradient = new Float32Array(clean.length);
    expect(new StructuralSimilarity(clean, height, width).at(clean, gradient)).toBeCloseTo(1, 12);
    expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-9);
  });

  it('is the luminance term alone for flat pictures', () => {
    const [a, b, c1] = [0.4, 0.7, 0.01 ** 2];
    const similarity = new StructuralSimilarity(new Float32Array(144).fill(a), 12, 12);
    const expected = (2 * a * b + c1) / (a * a + b * b + c1);
    expect(similarity.at(new Float32Array(144).fill(b))).toBeCloseTo(expected, 6);
  });

  it.each([
    [13, 14],
    [5, 4],
    [1, 3],
  ])('has the gradient of finite differences at %d×%d', (rows, columns) => {
    const own = uniform(2 * rows * columns, 0.2, 0.8);
    const similarity = new StructuralSimilarity(own, rows, columns);
    const other = own.map((value) => value + random.uniform(-0.1, 0.1));
    const gradient = new Float32Array(own.length);
    similarity.at(other, gradient, 5);
    const expected = differences(other, (point) => similarity.at(point), 2 ** -11);
    expect(
      relativeError(
        gradient.map((value) => value / 5),
        expected,
      ),
    ).toBeLessThan(2e-3);
  });

  it('as regulariser counts the frames that stay as they are', () => {
    const size = { frames: 4, height: 12, width: 11 };
    const clip = uniform(4 * 3 * 132, 0.2, 0.8);
    const chosen = new FrameValues([2], size);
    const delta = uniform(chosen.length, -0.05, 0.05);
    const other = clip.slice();
    chosen.scatter(
      chosen.gather(clip).map((value, index) => value + delta[index]),
      other,
    );
    const whole = new StructuralSimilarity(clip, 12, 11).at(other);
    const value = similarityTo(clip, chosen, size)(delta);
    expect(value).toBeCloseTo(1 - whole + frameNormSum(delta, chosen.frameLength), 6);
    const gradient = new Float32Array(delta.length);
    similarityTo(clip, chosen, size)(delta, gradient, 2);
    const expected = differences(
      delta,
      (point) => 2 * similarityTo(clip, chosen, size)(point),
      2 ** -11,
    );
    expect(relativeError(gradient, expected)).toBeLessThan(2e-3);
  });
});
