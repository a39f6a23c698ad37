import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '@msanet/tensor';
import { drawColor, shade, style, type Color } from '../color/color.js';
import type { Mover } from './scene.js';
import { drawPaint } from './shapes.js';

/** Everything that moves has both directions alike, so that nothing tells the direction of time. */
export function drawVelocity(random: Random, least: number, most: number): number {
  return (random.uniform() < 0.5 ? -1 : 1) * random.uniform(least, most);
}

/** A person far away who walks by. */
export function passerBy(random: Random, ground: number): Mover {
  const height = random.uniform(42, 66);
  const coat = drawPaint(random);
  const trousers = drawColor(random, [0, 360], [5, 30], [10, 35]);
  const skin = { hue: 22, saturation: 40, lightness: random.uniform(35, 75) };
  const velocity = drawVelocity(random, 14, 40);
  const start = random.uniform(0, 320) - velocity * 1.5;
  const phase = random.uniform();
  return (context, seconds) => {
    const x = start + velocity * seconds;
    const stride = Math.sin(2 * Math.PI * (phase + 0.9 * seconds)) * height * 0.13;
    context.lineCap = 'round';
    context.strokeStyle = style(trousers);
    context.lineWidth = height * 0.11;
    context.beginPath();
    for (const side of [-1, 1]) {
      context.moveTo(x, ground - height * 0.48);
      context.lineTo(x + side * stride, ground);
    }
    context.stroke();
    context.strokeStyle = style(coat);
    context.lineWidth = height * 0.2;
    context.beginPath();
    context.moveTo(x, ground - height * 0.48);
    context.lineTo(x, ground - height * 0.72);
    context.stroke();
    context.fillStyle = style(skin);
    context.beginPath();
    context.arc(x, ground - height * 0.91, height * 0.085, 0, 2 * Math.PI);
    context.fill();
  };
}

/** A vehicle whose two ends look alike. */
export function vehicle(random: Random, ground: number): Mover {
  const width = random.uniform(60, 100);
  const height = random.uniform(24, 36);
  const paint = drawPaint(random);
  const velocity = drawVelocity(random, 30, 90);
  const start = random.uniform(-20, 340) - velocity * 1.5 - width / 2;
  return (context, seconds) => {
    const x = start + velocity * seconds;
    context.fillStyle = style(paint);
    context.beginPath();
    context.roundRect(x, ground - height, width, height * 0.82, height * 0.25);
    context.fill();
    context.fillStyle = style({ hue: 205, saturation: 25, lightness: 30 });
    for (const share of [0.12, 0.4, 0.68]) {
      context.fillRect(x + share * width, ground - height * 0.86, width * 0.2, height * 0.32);
    }
    context.fillStyle = style({ hue: 0, saturation: 0, lightness: 12 });
    for (const share of [0.2, 0.8]) {
      context.beginPath();
      context.arc(x + share * width, ground - height * 0.14, height * 0.17, 0, 2 * Math.PI);
      context.fill();
    }
  };
}

/** A row of clouds that drifts. */
export function clouds(random: Random, top: number, bottom: number): Mover {
  const velocity = drawVelocity(random, 3, 16);
  const puffs = Array.from({ length: 3 + random.integer(4) }, () => ({
    x: random.uniform(-60, 380),
    y: random.uniform(top, bottom),
    size: random.uniform(9, 20),
    light: random.uniform(82, 96),
  }));
  return (context, seconds) => {
    for (const { x, y, size, light } of puffs) {
      context.fillStyle = `hsla(210, 15%, ${light}%, 0.75)`;
      for (const [aside, up, grow] of [
        [-1.1, 0.2, 0.7],
        [0, 0, 1],
        [1.2, 0.25, 0.75],
      ]) {
        context.beginPath();
        context.ellipse(
          x + velocity * seconds + aside * size,
          y + up * size,
          grow * size * 1.3,
          grow * size * 0.7,
          0,
          0,
          2 * Math.PI,
        );
        context.fill();
      }
    }
  };
}

/** A tree whose crown sways. */
export function tree(random: Random, x: number, ground: number, leaf: Color): Mover {
  const height = random.uniform(60, 120);
  const frequency = random.uniform(0.2, 0.6);
  const phase = random.uniform();
  const reach = random.uniform(1.5, 5);
  const blobs = Array.from({ length: 9 }, () => ({
    aside: random.uniform(-0.24, 0.24),
    up: random.uniform(0.55, 1),
    radius: random.uniform(0.12, 0.2),
    light: random.uniform(-10, 10),
  }));
  return (context, seconds) => {
    const bend = reach * Math.sin(2 * Math.PI * (phase + frequency * seconds));
    context.strokeStyle = 'hsl(28, 35%, 24%)';
    context.lineCap = 'butt';
    context.lineWidth = height * 0.07;
    context.beginPath();
    context.moveTo(x, ground);
    context.lineTo(x + bend * 0.5, ground - height * 0.7);
    context.stroke();
    for (const { aside, up, radius, light } of blobs) {
      context.fillStyle = style(shade(leaf, light));
      context.beginPath();
      const [across, above] = [x + aside * height + bend * up, ground - up * height];
      context.arc(across, above, radius * height, 0, 2 * Math.PI);
      context.fill();
    }
  };
}

/** A curtain or flag whose folds move. */
export function curtain(
  random: Random,
  x: number,
  top: number,
  width: number,
  height: number,
): Mover {
  const cloth = drawPaint(random);
  const frequency = random.uniform(0.15, 0.5);
  const phase = random.uniform();
  const folds = 5 + random.integer(4);
  return (context: SKRSContext2D, seconds) => {
    for (let fold = 0; fold < folds; fold++) {
      const wave = Math.sin(2 * Math.PI * (phase + frequency * seconds + fold / 3));
      context.fillStyle = style(shade(cloth, fold % 2 === 0 ? -6 : 6));
      const from = x + (fold * width) / folds;
      context.beginPath();
      context.moveTo(from, top);
      context.lineTo(from + width / folds + 1, top);
      context.lineTo(from + width / folds + 1 + 3 * wave, top + height);
      context.lineTo(from + 3 * wave, top + height);
      context.fill();
    }
  };
}
