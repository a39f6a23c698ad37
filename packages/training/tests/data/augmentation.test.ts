import { describe, expect, it } from 'vitest';
import { Random } from '@msanet/tensor';
import { augmentationSchema, centreView, randomView } from '../../src/data/augmentation.js';
import { renderView } from '../../src/data/render-view.js';
import type { FrameBlock } from '../../src/index.js';

const [frames, height, width, size] = [2, 9, 13, 6];

function block(): FrameBlock {
  const data = new Uint8Array(frames * 3 * height * width);
  const random = new Random(1);
  for (let index = 0; index < data.length; index++) data[index] = random.integer(256);
  return { data, frames, height, width };
}

function render(source: FrameBlock, view: Parameters<typeof renderView>[1]): Float32Array {
  const target = new Float32Array(frames * 3 * size * size);
  renderView(source, view, size, target, 0);
  return target;
}

const still = augmentationSchema.parse({
  scale: [0.5, 0.9],
  brightness: 0,
  contrast: 0,
  color: 0,
  noise: 0,
  erase: 0,
});

describe('the view at test time', () => {
  it('holds the pixels at the centre, divided by 255', () => {
    const source = block();
    const view = render(source, centreView(source, size));
    // (9 − 6) / 2 and (13 − 6) / 2, rounded half to even.
    const [top, left] = [2, 4];
    for (let plane = 0; plane < frames * 3; plane++) {
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const pixel = source.data[(plane * height + top + row) * width + left + column];
          expect(view[(plane * size + row) * size + column]).toBeCloseTo(pixel / 255, 6);
        }
      }
    }
  });
});

describe('a random view', () => {
  it('stays inside the frames, whatever the draw', () => {
    const options = augmentationSchema.parse({ scale: [0.3, 1], aspect: 2 });
    for (let seed = 0; seed < 200; seed++) {
      const view = randomView({ height, width }, size, options, new Random(seed));
      expect(view.top).toBeGreaterThanOrEqual(0);
      expect(view.left).toBeGreaterThanOrEqual(0);
      expect(view.top + view.height).toBeLessThanOrEqual(height + 1e-9);
      expect(view.left + view.width).toBeLessThanOrEqual(width + 1e-9);
    }
  });

  it('gives values in [0, 1], the same for the same draw', () => {
    const options = augmentationSchema.parse({
      noise: 0.4,
      erase: 1,
      brightness: 1,
      contrast: 0.9,
    });
    const source = block();
    for (let seed = 0; seed < 20; seed++) {
      const view = () => randomView(source, size, options, new Random(seed));
      const values = render(source, view());
      expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(render(source, view())).toEqual(values);
    }
  });

  it('scales linear ramps to linear ramps', () => {
    const data = Uint8Array.from(
      { length: frames * 3 * height * width },
      (_, index) => 10 * (index % width) + 7 * (Math.floor(index / width) % height),
    );
    const view = { ...randomView({ height, width }, size, still, new Random(4)) };
    const inner = { ...view, top: 1, left: 1, height: 6.5, width: 9.5 };
    const values = render({ data, frames, height, width }, inner);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const x = inner.left + ((column + 0.5) * inner.width) / size - 0.5;
        const y = inner.top + ((row + 0.5) * inner.height) / size - 0.5;
        expect(values[row * size + column]).toBeCloseTo((10 * x + 7 * y) / 255, 5);
      }
    }
  });

  it('mirrored is the view itself, from right to left', () => {
    const source = block();
    const view = randomView(source, size, still, new Random(2));
    const plain = render(source, { ...view, mirrored: false });
    const mirrored = render(source, { ...view, mirrored: true });
    const back = mirrored.map(
      (_, index) => mirrored[index - (index % size) + size - 1 - (index % size)],
    );
    expect(back).toEqual(plain);
  });

  it('turns contrast about the middle grey and adds brightness', () => {
    const source = block();
    const view = randomView(source, size, still, new Random(2));
    const plain = render(source, view);
    const changed = render(source, {
      ...view,
      factors: [0.5, 0.5, 0.5],
      offsets: [0.35, 0.35, 0.35],
    });
    changed.forEach((value, index) => {
      expect(value).toBeCloseTo(0.5 + 0.5 * (plain[index] - 0.5) + 0.1, 5);
    });
  });

  it('adds noise of the deviation that is asked for', () => {
    const grey: FrameBlock = {
      ...block(),
      data: new Uint8Array(frames * 3 * height * width).fill(128),
    };
    const view = randomView(grey, size, still, new Random(2));
    let squares = 0;
    let count = 0;
    for (let seed = 0; seed < 50; seed++) {
      for (const value of render(grey, { ...view, noise: 0.05, noiseSeed: 977 * seed })) {
        squares += (value - 128 / 255) ** 2;
        count += 1;
      }
    }
    expect(Math.sqrt(squares / count)).toBeCloseTo(0.05, 2);
  });
});
