import type { Random } from '@msanet/tensor';
import { drawColor, shade, style } from '../../color/color.js';
import { clouds, drawVelocity } from '../movers.js';
import type { Mover, SceneFamily } from '../scene.js';
import { drawPaint, fillGround, fillRectangle, fillSky, scatter } from '../shapes.js';

/** A beach: sky, a sea with waves that roll, sand with pebbles, a parasol, and a boat. */
export const beach: SceneFamily = (brush) => {
  const { context, random, left, right, bottom, horizon } = brush;
  fillSky(brush, drawColor(random, [185, 235], [30, 80], [55, 80]));
  const sea = drawColor(random, [180, 220], [35, 70], [30, 52]);
  const shore = horizon - random.uniform(34, 60);
  fillRectangle(context, sea, left, shore, right - left, horizon - shore + 1);
  fillGround(brush, drawColor(random, [30, 48], [30, 60], [58, 78]), 0.4);
  scatter(brush, drawColor(random, [20, 50], [10, 30], [35, 60]), 90, horizon + 6, bottom, 3);
  const x = random.uniform(left + 20, right - 20);
  const cloth = drawPaint(random);
  const foot = horizon + random.uniform(4, 14);
  context.strokeStyle = 'hsl(30, 20%, 80%)';
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(x, foot);
  context.lineTo(x, foot - 66);
  context.stroke();
  for (let slice = 0; slice < 6; slice++) {
    context.fillStyle = style(slice % 2 === 0 ? cloth : shade(cloth, 30));
    context.beginPath();
    context.moveTo(x, foot - 84);
    context.lineTo(x - 36 + slice * 12, foot - 56);
    context.lineTo(x - 24 + slice * 12, foot - 56);
    context.fill();
  }
  for (let towel = 0; towel < 1 + random.integer(3); towel++) {
    fillRectangle(
      context,
      drawPaint(random),
      random.uniform(left, right - 60),
      horizon + 10,
      48,
      7,
    );
  }
  return [
    clouds(random, -5, Math.max(8, shore - 30)),
    waves(random, left, right, shore, horizon),
    boat(random, shore),
  ];
};

function waves(random: Random, left: number, right: number, shore: number, horizon: number): Mover {
  const velocity = drawVelocity(random, 6, 22);
  const lines = Array.from({ length: 6 }, (_, index) => ({
    y: shore + 4 + ((horizon - shore - 4) * index) / 5,
    phase: random.uniform(0, 40),
    length: 10 + 5 * index,
  }));
  return (context, seconds) => {
    context.strokeStyle = 'hsla(195, 40%, 88%, 0.7)';
    context.lineWidth = 1.5;
    context.beginPath();
    for (const { y, phase, length } of lines) {
      const period = 2.2 * length;
      const shift = (((phase + velocity * seconds) % period) + period) % period;
      for (let x = left - period + shift; x < right; x += period) {
        context.moveTo(x, y);
        context.quadraticCurveTo(x + length / 2, y - 4, x + length, y);
      }
    }
    context.stroke();
  };
}

function boat(random: Random, shore: number): Mover {
  const velocity = drawVelocity(random, 4, 18);
  const start = random.uniform(20, 300) - velocity * 1.5;
  const hull = drawPaint(random);
  return (context, seconds) => {
    const x = start + velocity * seconds;
    context.fillStyle = style(hull);
    context.beginPath();
    context.moveTo(x - 16, shore - 2);
    context.lineTo(x + 16, shore - 2);
    context.lineTo(x + 10, shore + 6);
    context.lineTo(x - 10, shore + 6);
    context.fill();
    context.fillStyle = 'hsl(40, 30%, 94%)';
    context.beginPath();
    context.moveTo(x, shore - 34);
    context.lineTo(x + 13, shore - 5);
    context.lineTo(x - 13, shore - 5);
    context.fill();
  };
}
