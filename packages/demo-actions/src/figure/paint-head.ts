import type { SKRSContext2D } from '@napi-rs/canvas';
import { shade, style } from '../color/color.js';
import type { Outfit, Person } from './person.js';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Paints a head that is turned away: hair or cap, ears and the nape, but no face. */
export function paintHead(
  context: SKRSContext2D,
  person: Person,
  outfit: Outfit,
  neck: Point,
  head: Point,
  radius: number,
): void {
  context.save();
  context.translate(head.x, head.y);
  context.rotate(Math.atan2(head.x - neck.x, neck.y - head.y));
  const ellipse = (x: number, y: number, width: number, height: number): void => {
    context.beginPath();
    context.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    context.fill();
  };
  context.fillStyle = style(shade(person.skin, -4));
  for (const side of [-1, 1])
    ellipse(side * radius * 0.92, radius * 0.15, radius * 0.16, radius * 0.26);
  context.fillStyle = style(person.skin);
  ellipse(0, radius * 0.1, radius * 0.88, radius * 1.12);
  context.fillStyle = style(person.hair);
  if (person.hairStyle === 'long') {
    context.beginPath();
    context.roundRect(-radius * 0.9, -radius * 0.3, radius * 1.8, radius * 1.9, radius * 0.5);
    context.fill();
  }
  ellipse(0, -radius * 0.15, radius * 0.94, radius * (person.hairStyle === 'short' ? 0.95 : 1.05));
  if (person.hairStyle === 'bun') ellipse(0, -radius * 0.25, radius * 0.42, radius * 0.4);
  context.strokeStyle = style(shade(person.hair, 14), 0.6);
  context.lineWidth = 1;
  context.beginPath();
  context.arc(0, -radius * 0.2, radius * 0.6, -2.4, -0.9);
  context.stroke();
  if (person.hairStyle === 'cap') {
    context.fillStyle = style(outfit.cap);
    context.beginPath();
    context.ellipse(0, -radius * 0.2, radius * 1.02, radius, 0, Math.PI, 2 * Math.PI);
    context.fill();
  }
  context.restore();
}
