import { drawColor, shade, style } from '../../color/color.js';
import { drawVelocity, passerBy } from '../movers.js';
import type { Mover, SceneFamily } from '../scene.js';
import { drawPaint, fillGround, fillRectangle, groundRows } from '../shapes.js';

/** A railway station: tiles, posters, columns, and a train that passes. */
export const station: SceneFamily = (brush) => {
  const { context, random, left, right, top, horizon } = brush;
  const tile = drawColor(random, [0, 360], [4, 30], [50, 84]);
  fillRectangle(context, tile, left, top, right - left, horizon - top);
  context.fillStyle = style(shade(tile, -14), 0.8);
  const pitch = random.uniform(9, 16);
  for (let y = top; y < horizon; y += pitch) context.fillRect(left, y, right - left, 1);
  for (let x = left; x < right; x += pitch * 1.6) context.fillRect(x, top, 1, horizon - top);
  for (let x = left + random.uniform(0, 40); x < right; x += random.uniform(60, 100)) {
    fillRectangle(context, shade(tile, -40), x - 2, 8, 42, 52);
    fillRectangle(context, drawPaint(random), x, 10, 38, 48);
    fillRectangle(context, drawPaint(random), x + 6, 18, 24, 14);
    fillRectangle(context, drawPaint(random), x + 4, 40, 30, 5);
  }
  brush.grain(left, top, right - left, horizon - top, 0.15);
  fillGround(brush, drawColor(random, [0, 360], [0, 12], [35, 62]), 0.35);
  groundRows(brush, { hue: 0, saturation: 0, lightness: 25 }, 6, 1);
  fillRectangle(context, { hue: 48, saturation: 85, lightness: 55 }, left, horizon + 9, 400, 5);
  const movers: Mover[] = [train(brush)];
  if (random.uniform() < 0.5) movers.push(passerBy(random, horizon + 16));
  return movers;
};

function train({ random, left, right, horizon }: Parameters<SceneFamily>[0]): Mover {
  const paint = drawPaint(random);
  const stripe = drawPaint(random);
  const velocity = drawVelocity(random, 20, 140);
  const start = random.uniform(0, 58);
  const height = random.uniform(48, 66);
  const pillar = drawColor(random, [0, 360], [5, 30], [30, 60]);
  const pillars = [random.uniform(left, 120), random.uniform(190, right)];
  return (context, seconds) => {
    fillRectangle(context, paint, left, horizon - height, right - left, height);
    fillRectangle(context, stripe, left, horizon - 16, right - left, 6);
    const offset = (((start + velocity * seconds) % 58) + 58) % 58;
    for (let x = left - 58 + offset; x < right; x += 58) {
      const glass = { hue: 205, saturation: 30, lightness: 24 };
      fillRectangle(context, glass, x, horizon - height + 9, 34, 20);
      fillRectangle(context, shade(paint, -16), x + 42, horizon - height + 6, 10, height - 8);
    }
    for (const x of pillars) fillRectangle(context, pillar, x, -24, 11, horizon + 30);
  };
}
