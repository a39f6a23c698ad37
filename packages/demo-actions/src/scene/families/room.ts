import { drawColor, shade, style } from '../../color/color.js';
import { curtain } from '../movers.js';
import type { SceneFamily } from '../scene.js';
import { drawPaint, fillGround, fillRectangle, groundLines, groundRows } from '../shapes.js';

/** A living room: papered wall, pictures, shelf, cabinet, planks or carpet, and a curtain that moves. */
export const room: SceneFamily = (brush) => {
  const { context, random, left, right, top, horizon } = brush;
  const wall = drawColor(random, [0, 360], [8, 45], [45, 82]);
  fillRectangle(context, wall, left, top, right - left, horizon - top);
  const paper = random.integer(3);
  context.fillStyle = style(shade(wall, random.uniform(-14, 12)), 0.8);
  if (paper === 0) {
    const width = random.uniform(6, 16);
    for (let x = left; x < right; x += 2 * width) context.fillRect(x, top, width, horizon - top);
  } else if (paper === 1) {
    for (let y = top; y < horizon; y += 14) {
      for (let x = left + (y % 28); x < right; x += 22) context.fillRect(x, y, 5, 5);
    }
  }
  brush.grain(left, top, right - left, horizon - top, 0.12);
  fillGround(brush, drawColor(random, [15, 45], [15, 55], [25, 60]), 0.25);
  if (random.uniform() < 0.6) {
    groundLines(brush, { hue: 25, saturation: 30, lightness: 15 }, random.uniform(24, 44), 1);
  } else {
    groundRows(brush, drawPaint(random), 7, 2);
  }
  fillRectangle(context, shade(wall, 14), left, horizon - 6, right - left, 6);
  for (let index = 0; index < 2 + random.integer(3); index++) {
    const [x, y] = [random.uniform(left, right - 50), random.uniform(0, horizon - 70)];
    const [width, height] = [random.uniform(22, 54), random.uniform(20, 46)];
    fillRectangle(context, shade(drawPaint(random), -18), x - 3, y - 3, width + 6, height + 6);
    fillRectangle(context, drawPaint(random), x, y, width, height);
    fillRectangle(context, drawPaint(random), x, y + height * 0.6, width, height * 0.4);
  }
  const furniture = random.uniform(left, right - 80);
  const [width, height] = [random.uniform(50, 100), random.uniform(34, 80)];
  const wood = drawColor(random, [15, 40], [20, 55], [18, 45]);
  fillRectangle(context, wood, furniture, horizon + 8 - height, width, height);
  for (let shelf = 0; shelf < 3; shelf++) {
    const y = horizon + 8 - height + 4 + (shelf * height) / 3;
    fillRectangle(context, shade(wood, -12), furniture + 3, y, width - 6, height / 3 - 5);
    for (let x = furniture + 4; x < furniture + width - 8; x += 6) {
      const tall = (height / 3 - 6) * random.uniform(0.6, 1);
      fillRectangle(context, drawPaint(random), x, y + height / 3 - 5 - tall, 5, tall);
    }
  }
  return [curtain(random, random.uniform(0, 280), -10, random.uniform(30, 60), horizon - 20)];
};
