import { moduleBytes } from './module-bytes.js';

/** What the module exports: every kernel works on the tiles, on a multiple of 4 values. */
interface Kernels {
  isInsideUnitRange(count: number): number;
  areFinite(count: number): number;
  isOnGrid(count: number): number;
  signStep(count: number, length: number, epsilon: number): void;
  addScaled(count: number, scale: number): void;
  subtract(count: number): void;
  moveAlong(count: number, scale: number): void;
  scaleChange(count: number, scale: number): void;
  measureValues(count: number): void;
  measureChange(count: number, whole: number): void;
  innerProduct(count: number): void;
  roundTowards(count: number): void;
  roundWithin(count: number, reach: number): void;
  measureBall(count: number): void;
  measureShrunk(count: number, threshold: number): void;
  shrink(count: number, threshold: number): void;
  measureApproach(count: number, scale: number, sign: number, even: number): void;
  approach(count: number, scale: number, sign: number, even: number): void;
}

/** What is used of WebAssembly, whose types TypeScript only has for browsers. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => { buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { exports: object };
};

// The layout of assembly/memory.ts.
const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 });
const tileLength = 2 ** 14;
const tiles = [1, 2, 3].map((page) => new Float32Array(memory.buffer, page * 2 ** 16, tileLength));
const results = new Float64Array(memory.buffer, 0x400, 4);

/** The kernels; callers go through `forTiles`. */
export const kernels = new WebAssembly.Instance(
  new WebAssembly.Module(Buffer.from(moduleBytes, 'base64')),
  { env: { memory } },
).exports as Kernels;

/** What to copy back: the tile of which place, and the array to copy it to. */
interface Destination {
  readonly tile: number;
  readonly to: Float32Array;
}

/**
 * Runs a kernel over arrays, tile by tile. The tiles of 64 KiB stay in the cache, so copying costs little.
 *
 * @param arrays up to three arrays of the same length, each copied to the tile of its place
 * @param kernel told how many values of the tiles count, rounded up to a multiple of 4; what is beyond is 0
 */
export function forTiles(
  arrays: readonly Float32Array[],
  kernel: (count: number) => void,
  from?: Destination,
): void {
  const { length } = arrays[0];
  for (let start = 0; start < length; start += tileLength) {
    const end = Math.min(start + tileLength, length);
    const count = (end - start + 3) & ~3;
    for (let place = 0; place < arrays.length; place++) {
      const tile = tiles[place];
      const array = arrays[place];
      tile.set(end - start === array.length ? array : array.subarray(start, end));
      if (count > end - start) tile.fill(0, end - start, count);
    }
    kernel(count);
    if (from === undefined) continue;
    const tile = tiles[from.tile];
    from.to.set(end - start === tileLength ? tile : tile.subarray(0, end - start), start);
  }
}

/** Adds up what a kernel leaves for each tile, but for the places where the largest counts. */
export function measure(
  arrays: readonly Float32Array[],
  kernel: (count: number) => void,
  places: readonly ('sum' | 'largest')[],
  from?: Destination,
): number[] {
  const totals = places.map(() => 0);
  const gather = (count: number) => {
    kernel(count);
    places.forEach((how, place) => {
      const result = results[place];
      totals[place] = how === 'sum' ? totals[place] + result : Math.max(totals[place], result);
    });
  };
  forTiles(arrays, gather, from);
  return totals;
}

/** Whether a kernel says so of every tile; those after one that does not are not looked at. */
export function holds(values: Float32Array, kernel: (count: number) => number): boolean {
  const { length } = values;
  for (let start = 0; start < length; start += tileLength) {
    const part = values.subarray(start, start + tileLength);
    const count = (part.length + 3) & ~3;
    tiles[0].set(part);
    tiles[0].fill(0, part.length, count);
    if (kernel(count) === 0) return false;
  }
  return true;
}
