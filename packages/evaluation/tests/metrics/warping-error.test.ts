import { Random } from '@msanet/tensor';
import { describe, expect, it } from 'vitest';
import type { ClipPair } from '../../src/index.js';
import { boxSum } from '../../src/metrics/optical-flow/box-sum.js';
import { opticalFlow } from '../../src/metrics/optical-flow/lucas-kanade.js';
import { lumaOf, pyramidOf, type Picture } from '../../src/metrics/optical-flow/picture.js';
import { visiblePixels } from '../../src/metrics/optical-flow/visible-pixels.js';
import { metricNamed } from './metric-named.js';

const warpingErrorIncrease = metricNamed('warping-error-increase');

/** A texture without borders: sixty waves of 6 to 100 pixels, at any real position, around 128 of 255. */
function texture(seed: number): (x: number, y: number) => number {
  const random = new Random(seed);
  const waves = Array.from({ length: 60 }, () => {
    const length = Math.exp(random.uniform(Math.log(6), Math.log(100)));
    const angle = random.uniform(0, 2 * Math.PI);
    return {
      x: (2 * Math.PI * Math.cos(angle)) / length,
      y: (2 * Math.PI * Math.sin(angle)) / length,
      phase: random.uniform(0, 2 * Math.PI),
      height: Math.sqrt(length),
    };
  });
  const power = Math.sqrt(waves.reduce((sum, { height }) => sum + height ** 2 / 2, 0));
  return (x, y) => {
    const sum = waves.reduce(
      (total, wave) => total + wave.height * Math.sin(wave.x * x + wave.y * y + wave.phase),
      0,
    );
    return Math.min(255, Math.max(0, 128 + (40 * sum) / power));
  };
}

function pictureOf(
  value: (x: number, y: number) => number,
  height: number,
  width: number,
): Picture {
  const data = Float32Array.from({ length: height * width }, (_, index) =>
    Math.round(value(index % width, Math.floor(index / width))),
  );
  return { data, height, width };
}

/** A clip of the texture, moved by (x, y) pixels per frame, on the 8-bit grid; all channels alike. */
function movingClip(seed: number, x: number, y: number, frames: number, side: number): ClipPair {
  const value = texture(seed);
  const area = side * side;
  const clean = new Float32Array(frames * 3 * area);
  for (let frame = 0; frame < frames; frame++) {
    const { data } = pictureOf(
      (column, row) => value(column - x * frame, row - y * frame),
      side,
      side,
    );
    for (let channel = 0; channel < 3; channel++) {
      clean.set(
        data.map((level) => level / 255),
        (frame * 3 + channel) * area,
      );
    }
  }
  return { clean, adversarial: clean.slice(), frames, height: side, width: side };
}

describe('optical flow', () => {
  it.each([
    [0, 0, 64, 64],
    [0.5, 0, 64, 64],
    [1.3, -0.7, 64, 80],
    [-3.5, 2.25, 80, 64],
    [6, 4, 96, 96],
    [-9.5, 5.5, 160, 180],
  ])('finds a translation by (%d, %d) pixels on %d×%d', (x, y, height, width) => {
    const value = texture(7);
    const from = pictureOf(value, height, width);
    const to = pictureOf((column, row) => value(column - x, row - y), height, width);
    const forward = opticalFlow(from, to);
    const visible = visiblePixels(forward, opticalFlow(to, from));
    let error = 0;
    let count = 0;
    let stays = 0;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const index = row * width + column;
        const inside =
          column + x >= 0 && column + x <= width - 1 && row + y >= 0 && row + y <= height - 1;
        stays += inside ? 1 : 0;
        if (visible[index] === 0) continue;
        error += Math.hypot(forward.x[index] - x, forward.y[index] - y);
        count++;
      }
    }
    expect(error / count).toBeLessThan(0.1);
    // Nearly all that stays in the picture is followed.
    expect(count / stays).toBeGreaterThan(0.9);
  });

  it('is zero where there is nothing to see', () => {
    const grey = pictureOf(() => 90, 32, 40);
    const { x, y } = opticalFlow(grey, grey);
    expect([...x, ...y].every((value) => value === 0)).toBe(true);
  });

  it('marks what is covered in the next picture', () => {
    // A square moves 6 pixels to the right over a still ground, and covers a strip of 6 pixels in front of it.
    const ground = texture(8);
    const square = texture(9);
    const scene = (left: number) => (x: number, y: number) =>
      x >= left && x < left + 24 && y >= 20 && y < 44 ? square(x - left, y) : ground(x, y);
    const [from, to] = [pictureOf(scene(16), 64, 64), pictureOf(scene(22), 64, 64)];
    const visible = visiblePixels(opticalFlow(from, to), opticalFlow(to, from));
    const share = (left: number, right: number, top: number, bottom: number): number => {
      let seen = 0;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) seen += visible[row * 64 + column];
      }
      return seen / ((right - left) * (bottom - top));
    };
    expect(share(41, 45, 24, 40)).toBeLessThan(0.5);
    // Windows at the rim of the square see two motions, so only most of its inside is followed.
    expect(share(22, 34, 26, 38)).toBeGreaterThan(0.7);
    expect(share(2, 60, 54, 62)).toBeGreaterThan(0.9);
  });
});

describe('the sums over a square', () => {
  it.each([
    [9, 12, 2],
    [3, 5, 4],
    [1, 6, 3],
  ])('of %d×%d with radius %d are those of a plain loop', (height, width, radius) => {
    const random = new Random(3);
    const data = random.fillNormal(new Float64Array(height * width));
    const expected = data.map((_, index) => {
      let sum = 0;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const near =
            Math.abs(row - Math.floor(index / width)) <= radius &&
            Math.abs(column - (index % width)) <= radius;
          sum += near ? data[row * width + column] : 0;
        }
      }
      return sum;
    });
    boxSum(data, new Float64Array(data.length), height, width, radius);
    data.forEach((sum, index) => expect(sum).toBeCloseTo(expected[index], 10));
  });
});

describe('the pyramid', () => {
  it('halves down to the smallest side, and keeps a ramp a ramp', () => {
    const levels = pyramidOf(
      pictureOf((x, y) => 2 * x + y, 61, 70),
      14,
    );
    expect(levels.map(({ height, width }) => [height, width])).toEqual([
      [61, 70],
      [31, 35],
      [16, 18],
    ]);
    const { data, width } = levels[1];
    // A pixel of the coarser level lies at twice its position; away from the border the filter keeps its value.
    for (const [row, column] of [
      [3, 4],
      [20, 30],
    ]) {
      expect(data[row * width + column]).toBeCloseTo(4 * column + 2 * row, 4);
    }
  });

  it('takes the luma of Rec. 601 for a colour', () => {
    const { data } = lumaOf(Float32Array.of(0, 0, 0, 1, 0.5, 0.25), 1, 1, 1);
    expect(data[0]).toBeCloseTo(255 * (0.299 + 0.587 * 0.5 + 0.114 * 0.25), 3);
  });
});

describe('the increase of the warping error', () => {
  const moving = movingClip(5, 1.5, -0.75, 3, 48);

  it('is small for a perturbation that moves along', () => {
    const { clean, frames, height } = moving;
    // The same texture, brighter in a pattern that is fixed to it: carried exactly as well as the clean clip is.
    const pattern = texture(6);
    const area = height * height;
    const adversarial = clean.map((value, index) => {
      const frame = Math.floor(index / (3 * area));
      const [x, y] = [index % height, Math.floor((index % area) / height)];
      return value + (pattern(x - 1.5 * frame, y + 0.75 * frame) - 128) / 255 / 16;
    });
    const along = warpingErrorIncrease.measure({ ...moving, adversarial }) ?? NaN;
    const fixed = clean.map((value, index) => {
      const [x, y] = [index % height, Math.floor((index % area) / height)];
      return value + (pattern(x * 5, y * 5) - 128) / 255 / 16;
    });
    const still = warpingErrorIncrease.measure({ ...moving, adversarial: fixed }) ?? NaN;
    expect(frames).toBe(3);
    expect(Math.abs(along)).toBeLessThan(0.2);
    expect(still).toBeGreaterThan(10 * Math.abs(along));
  });

  it('is the expected square for noise of a known size', () => {
    // Independent noise of variance v adds v for its own frame and, of four pixels between which one interpolates, less for
    // the other one: between 1.25 v and 2 v.
    const random = new Random(12);
    const levels = 5;
    const adversarial = moving.clean.map(
      (value) => value + (random.uniform() < 0.5 ? -levels : levels) / 255,
    );
    const increase = warpingErrorIncrease.measure({ ...moving, adversarial }) ?? NaN;
    expect(increase).toBeGreaterThan(1.25 * levels ** 2 * 0.9);
    expect(increase).toBeLessThan(2 * levels ** 2 * 1.1);
  });

  it('is exactly known for flicker on a still clip', () => {
    const still = movingClip(5, 0, 0, 4, 32);
    const length = still.clean.length / 4;
    const adversarial = still.clean.map(
      (value, index) => value + (Math.floor(index / length) % 2 === 0 ? 3 : -3) / 255,
    );
    expect(warpingErrorIncrease.measure({ ...still, adversarial })).toBeCloseTo(36, 3);
  });

  it('is below zero where the perturbation takes noise away', () => {
    const random = new Random(14);
    const noisy = moving.clean.map((value) => value + random.integer(9) / 255);
    const denoised = { ...moving, clean: noisy, adversarial: moving.clean };
    expect(warpingErrorIncrease.measure(denoised)).toBeLessThan(-1);
  });

  it('hardly sees the clean clip itself: a translation has a warping error near zero', () => {
    // Against a grey clip, whose own error is zero, the increase is minus the error of the clean clip.
    const grey = { ...moving, adversarial: new Float32Array(moving.clean.length).fill(0.5) };
    const error = -(warpingErrorIncrease.measure(grey) ?? NaN);
    expect(error).toBeGreaterThan(0);
    // Rounding to 8 bits alone gives about (1 + 1/4)/12, linear interpolation of six-pixel waves a little more.
    expect(error).toBeLessThan(1.5);
  });

  it('is undefined for one frame and for pictures of a single row', () => {
    const one = movingClip(5, 0, 0, 1, 32);
    expect(warpingErrorIncrease.measure(one)).toBeNull();
    const row = new Float32Array(2 * 3 * 20);
    const thin = { clean: row, adversarial: row.slice(), frames: 2, height: 1, width: 20 };
    expect(warpingErrorIncrease.measure(thin)).toBeNull();
  });
});
