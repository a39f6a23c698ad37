/** One picture of one channel, shape (height, width). */
export interface Picture {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** The luma of a frame (Rec. 601 weights) on the 0–255 scale, from RGB in [0, 1] of shape (frames, 3, height, width). */
export function lumaOf(data: Float32Array, frame: number, height: number, width: number): Picture {
  const area = height * width;
  const red = frame * 3 * area;
  const luma = new Float32Array(area);
  for (let index = 0; index < area; index++) {
    luma[index] =
      255 *
      (0.299 * data[red + index] +
        0.587 * data[red + area + index] +
        0.114 * data[red + 2 * area + index]);
  }
  return { data: luma, height, width };
}

/** A picture and its halvings, the finest first, down to a shorter side of at least `smallest` pixels. */
export function pyramidOf(picture: Picture, smallest: number): Picture[] {
  const levels = [picture];
  for (;;) {
    const { height, width } = levels[levels.length - 1];
    if ((Math.min(height, width) + 1) >> 1 < smallest) return levels;
    levels.push(halve(levels[levels.length - 1]));
  }
}

/** Every second pixel after a binomial filter (1 4 6 4 1)/16 along both axes; borders repeat. */
function halve({ data, height, width }: Picture): Picture {
  const [rows, columns] = [(height + 1) >> 1, (width + 1) >> 1];
  const across = new Float32Array(height * columns);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    for (let column = 0; column < columns; column++) {
      const at = 2 * column;
      const left = start + Math.max(0, at - 1);
      const farLeft = start + Math.max(0, at - 2);
      const right = start + Math.min(width - 1, at + 1);
      const farRight = start + Math.min(width - 1, at + 2);
      across[row * columns + column] =
        (6 * data[start + at] + 4 * (data[left] + data[right]) + data[farLeft] + data[farRight]) /
        16;
    }
  }
  const half = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const at = 2 * row * columns;
    const above = Math.max(0, 2 * row - 1) * columns;
    const farAbove = Math.max(0, 2 * row - 2) * columns;
    const below = Math.min(height - 1, 2 * row + 1) * columns;
    const farBelow = Math.min(height - 1, 2 * row + 2) * columns;
    for (let column = 0; column < columns; column++) {
      half[row * columns + column] =
        (6 * across[at + column] +
          4 * (across[above + column] + across[below + column]) +
          across[farAbove + column] +
          across[farBelow + column]) /
        16;
    }
  }
  return { data: half, height: rows, width: columns };
}

/** As `valueAt`, for a position inside the picture. */
export function insideValueAt({ data, height, width }: Picture, x: number, y: number): number {
  const left = x | 0;
  const top = y | 0;
  const corner = top * width + left;
  const right = left < width - 1 ? 1 : 0;
  const below = top < height - 1 ? width : 0;
  const upper = data[corner] + (x - left) * (data[corner + right] - data[corner]);
  const lower = corner + below;
  return (
    upper + (y - top) * (data[lower] + (x - left) * (data[lower + right] - data[lower]) - upper)
  );
}

/** The value at a fractional position, linear between pixels; outside, the nearest border pixel. */
export function valueAt({ data, height, width }: Picture, x: number, y: number): number {
  const column = Math.min(Math.max(x, 0), width - 1);
  const row = Math.min(Math.max(y, 0), height - 1);
  const left = Math.min(Math.floor(column), Math.max(0, width - 2));
  const top = Math.min(Math.floor(row), Math.max(0, height - 2));
  const right = Math.min(left + 1, width - 1);
  const bottom = Math.min(top + 1, height - 1);
  const alongX = column - left;
  const above = data[top * width + left] * (1 - alongX) + data[top * width + right] * alongX;
  const below = data[bottom * width + left] * (1 - alongX) + data[bottom * width + right] * alongX;
  return above + (row - top) * (below - above);
}
