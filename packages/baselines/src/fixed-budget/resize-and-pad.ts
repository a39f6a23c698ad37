import type { ClipSize } from '@msanet/core';
import type { Random } from '@msanet/tensor';

/** Where a frame comes to lie, shrunk, in a black frame of its own size. */
export interface Placement {
  /** Size of the shrunken frame, in pixels; at least 1. */
  readonly height: number;
  readonly width: number;
  /** Rows above it, and columns left of it. */
  readonly top: number;
  readonly left: number;
}

/**
 * A random placement: the width uniform from ⌊rate · width⌋ to one less than the full width, the height in proportion, the
 * position uniform among all where it fits. A frame of a single column stays as it is.
 */
export function drawPlacement(random: Random, size: ClipSize, rate: number): Placement {
  const smallest = Math.max(1, Math.floor(rate * size.width));
  const width = smallest + random.integer(Math.max(1, size.width - smallest));
  const height = Math.max(1, Math.round((size.height * width) / size.width));
  return {
    height,
    width,
    top: random.integer(size.height - height + 1),
    left: random.integer(size.width - width + 1),
  };
}

/** Shrinks frames bilinearly into black frames of their own size; pulls gradients back by the exact adjoint. */
export class ResizeAndPad {
  readonly #size: ClipSize;
  readonly #placement: Placement;
  readonly #rows: Interpolation;
  readonly #columns: Interpolation;

  constructor(size: ClipSize, placement: Placement) {
    this.#size = size;
    this.#placement = placement;
    this.#rows = interpolation(size.height, placement.height);
    this.#columns = interpolation(size.width, placement.width);
  }

  /**
   * Writes a shrunken frame.
   *
   * @param frame shape (3, height, width)
   * @param out same shape, another array
   */
  apply(frame: Float32Array, out: Float32Array): void {
    out.fill(0);
    this.#eachValue((target, a, b, c, d, down, right) => {
      const upper = frame[a] + right * (frame[b] - frame[a]);
      const lower = frame[c] + right * (frame[d] - frame[c]);
      out[target] = upper + down * (lower - upper);
    });
  }

  /**
   * Writes what a gradient at the shrunken frame is at the frame.
   *
   * @param gradient shape (3, height, width)
   * @param out same shape, another array
   */
  pullBack(gradient: Float32Array, out: Float32Array): void {
    out.fill(0);
    this.#eachValue((target, a, b, c, d, down, right) => {
      const value = gradient[target];
      const upper = value * (1 - down);
      const lower = value * down;
      out[a] += upper * (1 - right);
      out[b] += upper * right;
      out[c] += lower * (1 - right);
      out[d] += lower * right;
    });
  }

  /**
   * Visits every value of the shrunken frame: its index, the indices of the four values that it lies between (a and b above,
   * c and d below, from left to right), and how far down and right it lies between them.
   */
  #eachValue(
    visit: (...of: [number, number, number, number, number, number, number]) => void,
  ): void {
    const { height: fullHeight, width: fullWidth } = this.#size;
    const { height, width, top, left } = this.#placement;
    const [rows, columns] = [this.#rows, this.#columns];
    for (let channel = 0; channel < 3; channel++) {
      const plane = channel * fullHeight * fullWidth;
      for (let row = 0; row < height; row++) {
        const target = plane + (top + row) * fullWidth + left;
        const upper = plane + rows.near[row] * fullWidth;
        const lower = plane + rows.far[row] * fullWidth;
        const down = rows.weight[row];
        for (let column = 0; column < width; column++) {
          const near = columns.near[column];
          const far = columns.far[column];
          const right = columns.weight[column];
          visit(target + column, upper + near, upper + far, lower + near, lower + far, down, right);
        }
      }
    }
  }
}

/** What each value of a resized line is made of: 1 − weight of the value at `near`, and weight of the one at `far`. */
interface Interpolation {
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly weight: Float64Array;
}

/** Linear interpolation from one length to another, with the centres of pixels at half-integers and the edges repeated. */
function interpolation(from: number, to: number): Interpolation {
  const centres = Float64Array.from({ length: to }, (_, index) =>
    Math.max(0, ((index + 0.5) * from) / to - 0.5),
  );
  const near = Int32Array.from(centres, Math.floor);
  return {
    near,
    far: near.map((index) => Math.min(index + 1, from - 1)),
    weight: centres.map((centre, index) => centre - near[index]),
  };
}
