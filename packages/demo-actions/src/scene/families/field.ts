import { drawColor, shade, style } from '../../color/color.js';
import { clouds, tree } from '../movers.js';
import type { Mover, SceneFamily } from '../scene.js';
import { fillGround, fillSky, scatter } from '../shapes.js';

/** A field: sky with clouds that drift, hills, trees that sway, grass and flowers. */
export const field: SceneFamily = (brush) => {
  const { context, random, left, right, bottom, horizon } = brush;
  fillSky(brush, drawColor(random, [195, 225], [35, 75], [52, 76]));
  for (let ridge = 0; ridge < 2; ridge++) {
    context.fillStyle = style(
      drawColor(random, [90, 170], [15, 40], [30 - 8 * ridge, 55 - 12 * ridge]),
    );
    const [frequency, phase] = [random.uniform(0.01, 0.025), random.uniform(0, 6)];
    context.beginPath();
    context.moveTo(left, horizon + 1);
    for (let x = left; x <= right; x += 6) {
      context.lineTo(x, horizon - 24 + 14 * ridge - 14 * Math.sin(frequency * x + phase));
    }
    context.lineTo(right, horizon + 1);
    context.fill();
  }
  const grass = drawColor(random, [65, 125], [25, 60], [28, 50]);
  fillGround(brush, grass, 0.4);
  context.lineWidth = 1;
  for (let blade = 0; blade < 500; blade++) {
    const y = horizon + (bottom - horizon) * random.uniform() ** 0.8;
    const x = random.uniform(left, right);
    context.strokeStyle = style(shade(grass, random.uniform(-14, 14)));
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + random.uniform(-3, 3), y - random.uniform(3, 8));
    context.stroke();
  }
  scatter(brush, drawColor(random, [0, 60], [60, 95], [55, 85]), 50, horizon + 8, bottom, 2);
  const leaf = drawColor(random, [75, 140], [25, 55], [22, 40]);
  const movers: Mover[] = [clouds(random, -5, Math.max(10, horizon - 60))];
  for (let index = 0; index < 2 + random.integer(4); index++) {
    movers.push(tree(random, random.uniform(left, right), horizon + random.uniform(0, 8), leaf));
  }
  return movers;
};
