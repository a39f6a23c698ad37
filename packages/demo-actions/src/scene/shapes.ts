import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';
import { drawColor, shade, style, type Color } from '../color/color.js';
import type { SceneBrush } from './scene.js';

/** Fills a rectangle. */
export function fillRectangle(
  context: SKRSContext2D,
  color: Color,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.fillStyle = style(color);
  context.fillRect(x, y, width, height);
}

/** Fills the upper part of the scene, down to the horizon, with a gradient. */
export function fillSky({ context, left, right, top, horizon }: SceneBrush, color: Color): void {
  const gradient = context.createLinearGradient(0, top, 0, horizon);
  gradient.addColorStop(0, style(color));
  gradient.addColorStop(1, style(shade(color, 18)));
  context.fillStyle = gradient;
  context.fillRect(left, top, right - left, horizon - top + 1);
}

/** Fills the ground with a gradient and roughens it. */
export function fillGround(brush: SceneBrush, color: Color, strength: number): void {
  const { context, left, right, bottom, horizon } = brush;
  const gradient = context.createLinearGradient(0, horizon, 0, bottom);
  gradient.addColorStop(0, style(shade(color, -7)));
  gradient.addColorStop(1, style(shade(color, 6)));
  context.fillStyle = gradient;
  context.fillRect(left, horizon, right - left, bottom - horizon);
  brush.grain(left, horizon, right - left, bottom - horizon, strength);
}

/** Draws lines on the ground that run towards a vanishing point. */
export function groundLines(brush: SceneBrush, color: Color, spacing: number, width: number): void {
  const { context, left, right, bottom, horizon, random } = brush;
  const center = random.uniform(80, 240);
  context.strokeStyle = style(color, 0.55);
  context.lineWidth = width;
  context.beginPath();
  for (let x = left - 240; x < right + 240; x += spacing) {
    context.moveTo(center + (x - center) * 0.45, horizon);
    context.lineTo(x, bottom);
  }
  context.stroke();
}

/** Draws level lines on the ground, closer together in the distance. */
export function groundRows(brush: SceneBrush, color: Color, count: number, width: number): void {
  const { context, left, right, bottom, horizon } = brush;
  context.strokeStyle = style(color, 0.55);
  context.lineWidth = width;
  context.beginPath();
  for (let row = 1; row <= count; row++) {
    const y = horizon + (bottom - horizon) * (row / count) ** 1.6;
    context.moveTo(left, y);
    context.lineTo(right, y);
  }
  context.stroke();
}

/** Scatters soft blobs, such as leaves or pebbles. */
export function scatter(
  { context, random, left, right }: SceneBrush,
  color: Color,
  count: number,
  from: number,
  to: number,
  radius: number,
): void {
  for (let index = 0; index < count; index++) {
    context.fillStyle = style(shade(color, random.uniform(-12, 12)));
    context.beginPath();
    const size = random.uniform(0.5, 1) * radius;
    const [x, y] = [random.uniform(left, right), random.uniform(from, to)];
    context.ellipse(x, y, size, size * 0.6, 0, 0, 2 * Math.PI);
    context.fill();
  }
}

/** A colour of any hue that is neither very dark nor very light. */
export function drawPaint(random: Random): Color {
  return drawColor(random, [0, 360], [12, 60], [30, 72]);
}
