import type { View } from './augmentation.js';
import type { FrameBlock } from './training-clips.js';

/** Where the pixels of one axis come from. */
interface Axis {
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Share of the second one. */
  readonly share: Float32Array;
}

/**
 * Renders a view of frames as values in [0, 1]: crop, bilinear scaling to size × size, colours, noise, erasing.
 *
 * @param target takes frames · 3 · size · size values from `offset` on
 */
export function renderView(
  block: FrameBlock,
  view: View,
  size: number,
  target: Float32Array,
  offset: number,
): void {
  const rows = axisOf(view.top, view.height, block.height, size, false);
  const columns = axisOf(view.left, view.width, block.width, size, view.mirrored);
  const area = block.height * block.width;
  for (let plane = 0; plane < block.frames * 3; plane++) {
    const color = plane % 3;
    const source = block.data.subarray(plane * area, (plane + 1) * area);
    const start = offset + plane * size * size;
    scalePlane(source, block.width, rows, columns, size, target, start, {
      factor: view.factors[color] / 255,
      shift: view.offsets[color],
    });
  }
  const end = offset + block.frames * 3 * size * size;
  if (view.noise > 0) addNoise(target, offset, end, view.noise, view.noiseSeed);
  if (view.erased !== undefined) erase(target, offset, block.frames, size, view.erased);
}

function axisOf(start: number, length: number, limit: number, size: number, back: boolean): Axis {
  const [first, second] = [new Int32Array(size), new Int32Array(size)];
  const share = new Float32Array(size);
  for (let index = 0; index < size; index++) {
    const place = back ? size - 1 - index : index;
    // Pixel centres are at half coordinates.
    const position = start + ((place + 0.5) * length) / size - 0.5;
    const floor = Math.floor(position);
    first[index] = Math.min(Math.max(floor, 0), limit - 1);
    second[index] = Math.min(Math.max(floor + 1, 0), limit - 1);
    share[index] = position - floor;
  }
  return { first, second, share };
}

function scalePlane(
  source: Uint8Array,
  width: number,
  rows: Axis,
  columns: Axis,
  size: number,
  target: Float32Array,
  start: number,
  { factor, shift }: { readonly factor: number; readonly shift: number },
): void {
  for (let row = 0; row < size; row++) {
    const upper = rows.first[row] * width;
    const lower = rows.second[row] * width;
    const down = rows.share[row];
    for (let column = 0; column < size; column++) {
      const left = columns.first[column];
      const right = columns.second[column];
      const across = columns.share[column];
      const above = source[upper + left] + across * (source[upper + right] - source[upper + left]);
      const below = source[lower + left] + across * (source[lower + right] - source[lower + left]);
      const value = factor * (above + down * (below - above)) + shift;
      target[start + row * size + column] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
}

/** Adds noise that is uniform with that deviation, by a linear congruential generator: its quality hardly matters here. */
function addNoise(
  target: Float32Array,
  start: number,
  end: number,
  deviation: number,
  seed: number,
): void {
  const scale = (2 * Math.sqrt(3) * deviation) / 2 ** 32;
  let state = seed;
  for (let index = start; index < end; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const value = target[index] + state * scale;
    target[index] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
}

function erase(
  target: Float32Array,
  start: number,
  frames: number,
  size: number,
  { top, left, height, width, color }: NonNullable<View['erased']>,
): void {
  for (let plane = 0; plane < frames * 3; plane++) {
    for (let row = top; row < top + height; row++) {
      const from = start + (plane * size + row) * size + left;
      target.fill(color[plane % 3], from, from + width);
    }
  }
}
