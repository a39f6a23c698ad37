import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { project, type View } from '../camera/view.js';
import { shade, style } from '../color/color.js';
import type { Skeleton } from '../motion/skeleton.js';
import type { Appearance } from './paint-figure.js';
import type { Outfit, Pattern } from './person.js';

/** A patterned cloth to fill with. */
export type FabricPattern = SKRSContext2D['fillStyle'];

/** Weaves the cloth of a shirt. */
export function weaveFabric(
  context: SKRSContext2D,
  pattern: Pattern,
  outfit: Outfit,
): FabricPattern {
  const size = 12;
  const tile = createCanvas(size, size);
  const cloth = tile.getContext('2d');
  cloth.fillStyle = style(outfit.shirt);
  cloth.fillRect(0, 0, size, size);
  cloth.fillStyle = style(outfit.accent);
  if (pattern === 'stripes') cloth.fillRect(0, 0, 4, size);
  if (pattern === 'bands') cloth.fillRect(0, 0, size, 5);
  if (pattern === 'checks') {
    cloth.fillRect(0, 0, 6, 6);
    cloth.fillRect(6, 6, 6, 6);
  }
  if (pattern === 'dots') {
    cloth.beginPath();
    cloth.arc(6, 6, 2.6, 0, 2 * Math.PI);
    cloth.fill();
  }
  return context.createPattern(tile, 'repeat') ?? style(outfit.shirt);
}

/** Paints the torso: the shirt from shoulders to hips, and the waist of the trousers. */
export function paintTorso(
  context: SKRSContext2D,
  { person, outfit, fabric }: Appearance,
  skeleton: Skeleton,
  view: View,
): void {
  const [pelvis, neck] = [project(view, skeleton.pelvis), project(view, skeleton.neck)];
  const angle = Math.atan2(neck.x - pelvis.x, pelvis.y - neck.y);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  // In the torso's own axes, so that the pattern moves with it.
  const local = (point: { readonly x: number; readonly y: number }): readonly [number, number] => {
    const [x, y] = [point.x - pelvis.x, point.y - pelvis.y];
    return [x * cosine + y * sine, -x * sine + y * cosine];
  };
  const depth = 0.058 * person.body.girth * view.scale;
  const shoulders = [skeleton.left, skeleton.right].map((side) =>
    local(project(view, side.shoulder)),
  );
  const hips = [skeleton.left, skeleton.right].map((side) => local(project(view, side.hip)));
  context.save();
  context.translate(pelvis.x, pelvis.y);
  context.rotate(angle);
  context.lineJoin = 'round';
  const trace = (points: readonly (readonly [number, number])[]): void => {
    context.beginPath();
    points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.closePath();
  };
  trace([...hips, [hips[1][0], hips[1][1] - depth * 0.6], [hips[0][0], hips[0][1] - depth * 0.6]]);
  context.fillStyle = context.strokeStyle = style(outfit.trousers);
  context.lineWidth = 2 * depth;
  context.stroke();
  context.fill();
  const inset = 0.62 * depth;
  const shirt = [
    [shoulders[0][0], shoulders[0][1] + inset],
    [shoulders[1][0], shoulders[1][1] + inset],
    [hips[1][0], hips[1][1] - depth],
    [hips[0][0], hips[0][1] - depth],
  ] as const;
  trace(shirt);
  context.strokeStyle = style(shade(outfit.shirt, -22));
  context.lineWidth = 2 * depth + 1.5;
  context.stroke();
  context.fillStyle = context.strokeStyle = fabric;
  context.lineWidth = 2 * depth;
  context.stroke();
  context.fill();
  context.restore();
}
