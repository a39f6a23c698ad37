import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';
import { drawColor, shade, style } from '../color/color.js';
import { bleed, frameHeight, frameWidth } from './frame-size.js';
import { drawPaint } from './shapes.js';

/** Paints something that stands before the figure. */
export type Occluder = (context: SKRSContext2D) => void;

/** Draws what stands in front, if anything: a post, a railing at the feet, or leaves that hang in from one side. */
export function drawOccluder(random: Random): Occluder | undefined {
  const kind = random.uniform();
  if (kind < 0.18) return post(random);
  if (kind < 0.32) return railing(random);
  if (kind < 0.46) return leaves(random);
  return undefined;
}

function post(random: Random): Occluder {
  const x = random.uniform(60, frameWidth - 60);
  const width = random.uniform(5, 9);
  const paint = drawPaint(random);
  return (context) => {
    context.fillStyle = style(paint);
    context.fillRect(x, -bleed, width, frameHeight + 2 * bleed);
    context.fillStyle = style(shade(paint, 18));
    context.fillRect(x + 1, -bleed, 2, frameHeight + 2 * bleed);
  };
}

function railing(random: Random): Occluder {
  const y = random.uniform(frameHeight - 34, frameHeight - 16);
  const paint = drawPaint(random);
  const spacing = random.uniform(24, 50);
  return (context) => {
    context.fillStyle = style(paint);
    context.fillRect(-bleed, y, frameWidth + 2 * bleed, 5);
    for (let x = -bleed; x < frameWidth + bleed; x += spacing) {
      context.fillRect(x, y, 4, frameHeight + bleed - y);
    }
  };
}

function leaves(random: Random): Occluder {
  const fromLeft = random.uniform() < 0.5;
  const leaf = drawColor(random, [75, 140], [30, 60], [16, 36]);
  const blades = Array.from({ length: 26 }, () => {
    const reach = random.uniform(-20, 62);
    return {
      x: fromLeft ? reach : frameWidth - reach,
      y: random.uniform(-20, 110),
      size: random.uniform(8, 18),
      turn: random.uniform(0, Math.PI),
      light: random.uniform(-8, 10),
    };
  });
  return (context) => {
    for (const { x, y, size, turn, light } of blades) {
      context.fillStyle = style(shade(leaf, light));
      context.beginPath();
      context.ellipse(x, y, size, size * 0.35, turn, 0, 2 * Math.PI);
      context.fill();
    }
  };
}
