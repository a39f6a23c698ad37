import type { SKRSContext2D } from '@napi-rs/canvas';
import { shade, style, type Color } from '../color/color.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Paints a limb: two circles and what is between their outer tangents, with a dark edge and a light streak. */
export function paintCapsule(
  context: SKRSContext2D,
  start: Point,
  end: Point,
  startRadius: number,
  endRadius: number,
  color: Color,
): void {
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  const angle = Math.atan2(end.y - start.y, end.x - start.x);
  // Where one circle holds the other, the larger one is all there is to see.
  const slope = Math.acos(
    Math.min(1, Math.max(-1, length === 0 ? 0 : (startRadius - endRadius) / length)),
  );
  context.beginPath();
  context.arc(start.x, start.y, startRadius, angle + slope, angle - slope + 2 * Math.PI);
  context.arc(end.x, end.y, endRadius, angle - slope, angle + slope);
  context.closePath();
  context.fillStyle = style(color);
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = style(shade(color, -22), 0.75);
  context.stroke();
  const offset = -0.3 * Math.min(startRadius, endRadius);
  context.beginPath();
  context.moveTo(start.x + offset, start.y + offset);
  context.lineTo(end.x + offset, end.y + offset);
  context.lineCap = 'round';
  context.lineWidth = Math.max(1, 0.6 * Math.min(startRadius, endRadius));
  context.strokeStyle = style(shade(color, 10), 0.45);
  context.stroke();
}
