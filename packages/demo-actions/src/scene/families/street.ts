import { drawColor, shade, style } from '../../color/color.js';
import { passerBy, vehicle } from '../movers.js';
import type { SceneFamily } from '../scene.js';
import { drawPaint, fillGround, fillRectangle, groundLines, groundRows } from '../shapes.js';

/** A street: house fronts with windows, a pavement, vehicles and people who pass. */
export const street: SceneFamily = (brush) => {
  const { context, random, left, right, top, horizon } = brush;
  for (let x = left; x < right;) {
    const width = random.uniform(70, 130);
    const front = drawColor(random, [0, 50], [8, 50], [35, 75]);
    fillRectangle(context, front, x, top, width, horizon - top);
    if (random.uniform() < 0.6) {
      context.fillStyle = style(shade(front, -10), 0.6);
      for (let y = top, row = 0; y < horizon; y += 5, row++) {
        context.fillRect(x, y, width, 1);
        for (let brick = x + (row % 2) * 5; brick < x + width; brick += 10) {
          context.fillRect(brick, y, 1, 5);
        }
      }
    }
    const glass = drawColor(random, [190, 230], [10, 40], [20, 65]);
    const [column, row] = [random.uniform(24, 36), random.uniform(30, 44)];
    for (let window = x + 8; window + 14 < x + width; window += column) {
      for (let y = top + 6; y + 24 < horizon - 30; y += row) {
        fillRectangle(context, shade(front, 16), window - 2, y - 2, 18, 26);
        fillRectangle(context, shade(glass, random.uniform(-8, 14)), window, y, 14, 22);
      }
    }
    fillRectangle(context, drawPaint(random), x + 10, horizon - 36, 20, 36);
    fillRectangle(context, glass, x + 38, horizon - 32, width - 48, 24);
    fillRectangle(context, drawPaint(random), x + 34, horizon - 44, width - 40, 10);
    x += width;
  }
  brush.grain(left, top, right - left, horizon - top, 0.15);
  fillGround(brush, drawColor(random, [0, 60], [0, 14], [38, 65]), 0.3);
  const joint = { hue: 30, saturation: 5, lightness: 28 };
  groundLines(brush, joint, random.uniform(36, 60), 1);
  groundRows(brush, joint, 6, 1);
  fillRectangle(context, { hue: 40, saturation: 6, lightness: 72 }, left, horizon + 7, 400, 3);
  const movers = [vehicle(random, horizon + 8)];
  if (random.uniform() < 0.6) movers.push(passerBy(random, horizon + 14));
  return movers;
};
