import { createCanvas, type Canvas } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';

const size = 256;

/** A tile of grey noise on three scales, seamless at its edges, that roughens flat colours. */
export function grainTile(random: Random): Canvas {
  const values = new Float32Array(size * size);
  for (const [cell, weight] of [
    [1, 0.5],
    [4, 0.3],
    [16, 0.35],
  ]) {
    const cells = size / cell;
    const lattice = random.fillUniform(new Float32Array(cells * cells), -weight, weight);
    for (let y = 0; y < size; y++) {
      const [row, down] = [Math.floor(y / cell), (y % cell) / cell];
      const below = (row + 1) % cells;
      for (let x = 0; x < size; x++) {
        const [column, across] = [Math.floor(x / cell), (x % cell) / cell];
        const next = (column + 1) % cells;
        const upper =
          lattice[row * cells + column] * (1 - across) + lattice[row * cells + next] * across;
        const lower =
          lattice[below * cells + column] * (1 - across) + lattice[below * cells + next] * across;
        values[y * size + x] += upper * (1 - down) + lower * down;
      }
    }
  }
  const canvas = createCanvas(size, size);
  const context = canvas.getContext('2d');
  const image = context.createImageData(size, size);
  for (let pixel = 0; pixel < values.length; pixel++) {
    // Black or white with an opacity, so that one tile both darkens and lightens.
    const value = values[pixel];
    image.data.fill(value > 0 ? 255 : 0, 4 * pixel, 4 * pixel + 3);
    image.data[4 * pixel + 3] = Math.round(255 * Math.min(1, Math.abs(value)));
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
