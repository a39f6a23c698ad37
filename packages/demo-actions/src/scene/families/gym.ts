import { drawColor, shade, style } from '../../color/color.js';
import { passerBy } from '../movers.js';
import type { SceneFamily } from '../scene.js';
import { drawPaint, fillGround, fillRectangle, groundLines } from '../shapes.js';

/** A gym: wall bars, mats, high windows, court lines, and people who train behind. */
export const gym: SceneFamily = (brush) => {
  const { context, random, left, right, top, bottom, horizon } = brush;
  const wall = drawColor(random, [20, 220], [5, 30], [50, 80]);
  fillRectangle(context, wall, left, top, right - left, horizon - top);
  fillRectangle(context, drawPaint(random), left, horizon - 55, right - left, 55);
  brush.grain(left, top, right - left, horizon - top, 0.15);
  for (let x = left + random.uniform(0, 30); x < right; x += 62) {
    fillRectangle(context, { hue: 200, saturation: 25, lightness: 84 }, x, top + 6, 46, 34);
    fillRectangle(context, shade(wall, -20), x + 22, top + 6, 2, 34);
  }
  const bars = random.uniform(left, right - 90);
  context.strokeStyle = style(drawColor(random, [20, 40], [35, 60], [28, 55]));
  for (let section = 0; section < 2 + random.integer(2); section++) {
    const x = bars + section * 40;
    context.lineWidth = 4;
    context.strokeRect(x, 40, 40, horizon - 44);
    context.lineWidth = 2;
    context.beginPath();
    for (let y = 48; y < horizon - 6; y += 9) {
      context.moveTo(x, y);
      context.lineTo(x + 40, y);
    }
    context.stroke();
  }
  fillGround(brush, drawColor(random, [20, 45], [30, 60], [42, 66]), 0.2);
  groundLines(brush, { hue: 25, saturation: 35, lightness: 28 }, random.uniform(14, 24), 1);
  for (let line = 0; line < 3; line++) {
    context.strokeStyle = style(drawColor(random, [0, 360], [40, 90], [35, 90]));
    context.lineWidth = random.uniform(2, 4);
    context.beginPath();
    context.moveTo(left, random.uniform(horizon, bottom));
    context.lineTo(right, random.uniform(horizon, bottom));
    context.stroke();
  }
  for (let mat = 0; mat < 1 + random.integer(3); mat++) {
    const color = drawPaint(random);
    const [x, width] = [random.uniform(left, right - 60), random.uniform(50, 110)];
    fillRectangle(context, shade(color, -14), x, horizon + 10, width, 7);
    fillRectangle(context, color, x, horizon + 2, width, 9);
  }
  return Array.from({ length: 1 + random.integer(2) }, () =>
    passerBy(random, horizon + random.uniform(6, 14)),
  );
};
