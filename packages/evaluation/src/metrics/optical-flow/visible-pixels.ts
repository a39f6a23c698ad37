import { valueAt } from './picture.js';
import type { Flow } from './lucas-kanade.js';

/**
 * Which pixels of a picture are still to be seen in the next one: 1 where the flow stays inside the picture and the flow
 * back returns to where it came from, else 0.
 *
 * The test of Sundaram, Brox, Keutzer (ECCV 2010): |w + w′|² < 0.01·(|w|² + |w′|²) + 0.5, with w′ the flow back, read where
 * w ends.
 *
 * @returns shape (height, width)
 */
export function visiblePixels(forward: Flow, backward: Flow): Uint8Array {
  const { height, width } = forward;
  const visible = new Uint8Array(height * width);
  const backX = { data: backward.x, height, width };
  const backY = { data: backward.y, height, width };
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const index = row * width + column;
      const [x, y] = [forward.x[index], forward.y[index]];
      const [endX, endY] = [column + x, row + y];
      if (!(endX >= 0 && endX <= width - 1 && endY >= 0 && endY <= height - 1)) continue;
      const [returnX, returnY] = [valueAt(backX, endX, endY), valueAt(backY, endX, endY)];
      const mismatch = (x + returnX) ** 2 + (y + returnY) ** 2;
      const length = x * x + y * y + returnX * returnX + returnY * returnY;
      visible[index] = mismatch < 0.01 * length + 0.5 ? 1 : 0;
    }
  }
  return visible;
}
